#!lua
-- Enter a node among the live ones, with a lease; its node id must be new.
-- @include clock
-- @key   nodes    hash    node to "<end of its lease> <sessions>"
-- @arg   node     string  node id
-- @arg   leaseMs  int     how long the lease lasts
-- @reply OK | TAKEN
local nodes = KEYS[1]
local node, lease = ARGV[1], tonumber(ARGV[2])

if redis.call('HSETNX', nodes, node, (now_ms() + lease) .. ' 0') == 0 then return { 'TAKEN' } end
return { 'OK' }
