#!lua flags=no-writes
-- How many members a group has, and how many users of it the nodes hold in all: one with sessions on two nodes counts for
-- each.
-- @key   state    hash    head, epoch, retention
-- @key   members  zset    user by version of joining
-- @key   nodes    hash    interest of nodes
-- @reply OK members:int held:int | UNKNOWN
local state, members, nodes = KEYS[1], KEYS[2], KEYS[3]

if not redis.call('HGET', state, 'since') then return { 'UNKNOWN' } end
local held = 0
for _, users in ipairs(redis.call('HVALS', nodes)) do held = held + tonumber(users) end
return { 'OK', redis.call('ZCARD', members), held }
