#!lua flags=no-writes
-- The live nodes with the ends of their leases, and the dead whose holdings are still to be undone.
-- @include clock
-- @key   nodes    hash    node to "<end of its lease> <sessions>"
-- @key   dead     hash    nodes whose holdings are still to be undone, with their last removals
-- @reply OK now:int dead:rows(node:string removal:string) nodes:rows(node:string lease:string)
local nodes, dead = KEYS[1], KEYS[2]

return { 'OK', now_ms(), redis.call('HGETALL', dead), redis.call('HGETALL', nodes) }
