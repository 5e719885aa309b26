#!lua flags=no-writes
-- What a node compares every few seconds to notice what it missed on a link: epoch, sequence and number of holdings.
-- @include fence
-- @key   part      hash    fence
-- @key   links     hash    node to link sequence
-- @key   holdings  set     what the node holds here
-- @arg   node      string  node id
-- @reply OK epoch:string sequence:int holdings:int | TAKE
local part, links, holdings = KEYS[1], KEYS[2], KEYS[3]
local node = ARGV[1]

local epoch = owned_epoch(part)
if not epoch then return { 'TAKE' } end
return { 'OK', epoch, tonumber(redis.call('HGET', links, node)) or 0, redis.call('SCARD', holdings) }
