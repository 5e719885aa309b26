#!lua flags=no-writes
-- The live nodes with the ends of their leases, and the dead whose holdings are still to be undone.
-- @include clock
-- @key   nodes    hash    node to "<end of its lease> <sessions>"
-- @key   dead     set     nodes whose holdings are still to be undone
-- @reply OK now:int dead:strings nodes:rows(node:string lease:string)
local nodes, dead = KEYS[1], KEYS[2]

return { 'OK', now_ms(), redis.call('SMEMBERS', dead), redis.call('HGETALL', nodes) }
