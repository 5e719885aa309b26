#!lua flags=allow-oom
-- Renew a node's lease. LOST: the node was evicted meanwhile and must take a new id.
-- @include clock
-- @key   nodes    hash    node to "<end of its lease> <sessions>"
-- @arg   node     string  node id
-- @arg   leaseMs  int     how long the lease lasts
-- @arg   sessions int     open sessions on the node
-- @reply OK | LOST
local nodes = KEYS[1]
local node, lease, sessions = ARGV[1], tonumber(ARGV[2]), ARGV[3]

if redis.call('HEXISTS', nodes, node) == 0 then return { 'LOST' } end
redis.call('HSET', nodes, node, (now_ms() + lease) .. ' ' .. sessions)
return { 'OK' }
