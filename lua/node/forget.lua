#!lua flags=allow-oom
-- Drop a dead node's link of a partition, once nothing is held there any more.
-- @key   links     hash    node to link sequence
-- @key   holdings  set     what the node held here
-- @arg   node      string  node id
-- @reply OK | HELD
local links, holdings = KEYS[1], KEYS[2]
local node = ARGV[1]

if redis.call('EXISTS', holdings) == 1 then return { 'HELD' } end
redis.call('HDEL', links, node)
return { 'OK' }
