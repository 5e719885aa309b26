#!lua flags=allow-oom
-- Forget a dead node, once nothing that it held is left. AGAIN: it was removed again since it was looked at, and may have
-- registered something in between, so it stays among the dead.
-- @key   dead     hash    nodes whose holdings are still to be undone, with their last removals
-- @arg   node     string  node id
-- @arg   removal  string  the removal after which everything was undone
-- @reply OK | AGAIN
local dead = KEYS[1]
local node, removal = ARGV[1], ARGV[2]

local last = redis.call('HGET', dead, node)
if last and last ~= removal then return { 'AGAIN' } end
redis.call('HDEL', dead, node)
return { 'OK' }
