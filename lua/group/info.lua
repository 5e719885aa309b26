#!lua flags=no-writes
-- What is known of a group.
-- @key   state    hash    head, epoch, retention
-- @key   members  zset    user by version of joining
-- @reply OK since:int head:int members:int cap:int age:int | UNKNOWN
local state, members = KEYS[1], KEYS[2]

local known = redis.call('HMGET', state, 'since', 'head', 'cap', 'age')
if not known[1] then return { 'UNKNOWN' } end
return {
  'OK', tonumber(known[1]), tonumber(known[2]), redis.call('ZCARD', members),
  tonumber(known[3]) or 0, tonumber(known[4]) or 0,
}
