#!lua flags=allow-oom
-- Take a node off the live ones: it gave up its lease, or the lease is still the one that was seen to lapse.
-- It stays among the dead until everything it held has been undone, so that a crash in between loses nothing. A node
-- that is removed again meanwhile, because it went on under its id for a while, has to be undone once more: so each
-- removal has a mark of its own. Operators see the last ones that are gone.
-- @key   nodes    hash    node to "<end of its lease> <sessions>"
-- @key   links    hash    link sequences of the partition of `all`
-- @key   dead     hash    nodes whose holdings are still to be undone, with their last removals
-- @key   reports  hash    node to its latest report
-- @key   gone     list    "<node><tab><ms><tab><died or left><tab><its last report>"
-- @arg   node     string  node id
-- @arg   lease    string  the lease as it was seen, '' for whatever it is
-- @reply OK removal:string
-- @reply RENEWED
local nodes, links, dead, reports, gone = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local node, lease = ARGV[1], ARGV[2]
local GONE_KEPT = 16

if lease ~= '' and redis.call('HGET', nodes, node) ~= lease then return { 'RENEWED' } end
local time = redis.call('TIME')
local removal = time[1] .. '.' .. time[2]
redis.call('HSET', dead, node, removal)
if redis.call('HDEL', nodes, node) == 1 then
  local ms = time[1] .. string.sub(string.format('%06d', time[2]), 1, 3)
  local how = lease == '' and 'left' or 'died'
  redis.call('LPUSH', gone, node .. '\t' .. ms .. '\t' .. how .. '\t' .. (redis.call('HGET', reports, node) or ''))
  redis.call('LTRIM', gone, 0, GONE_KEPT - 1)
end
redis.call('HDEL', reports, node)
redis.call('HDEL', links, node)
return { 'OK', removal }
