#!lua flags=allow-oom
-- Forget a dead node, once nothing that it held is left.
-- @key   dead   set     nodes whose holdings are still to be undone
-- @arg   node   string  node id
-- @reply OK
local dead = KEYS[1]
local node = ARGV[1]

redis.call('SREM', dead, node)
return { 'OK' }
