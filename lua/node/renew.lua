#!lua flags=allow-oom
-- Renew a node's lease. LOST: the node was evicted meanwhile and must take a new id.
-- @include clock
-- @key   nodes    hash    node to the end of its lease (ms)
-- @arg   node     string  node id
-- @arg   leaseMs  int     how long the lease lasts
-- @reply OK | LOST
local nodes = KEYS[1]
local node, lease = ARGV[1], tonumber(ARGV[2])

if redis.call('HEXISTS', nodes, node) == 0 then return { 'LOST' } end
redis.call('HSET', nodes, node, now_ms() + lease)
return { 'OK' }
