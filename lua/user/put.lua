#!lua
-- Make a user known and replace their attributes.
-- @include clock fence timeline
-- @key   part     hash    fence
-- @key   state    hash    the user's timeline
-- @key   users    zset    registry of users
-- @key   info     hash    attributes
-- @arg   user     string  user
-- @arg   stateMs  int     how long the state is kept without use
-- @arg*  name     string  attribute
-- @arg*  value    string  its value as JSON
-- @reply OK created:int
local part, state, users, info = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local user, state_ms = ARGV[1], ARGV[2]
local FIXED_ARGS, ARGS_EACH = 2, 2

local now, epoch = now_ms(), fenced_epoch(part)
local created = 0
if not load_timeline(state, epoch) then
  create_timeline(state, epoch, now)
  redis.call('ZADD', users, 'NX', now, user)
  created = 1
end
redis.call('PEXPIRE', state, state_ms)
redis.call('DEL', info)
for index = FIXED_ARGS + 1, #ARGV, ARGS_EACH do redis.call('HSET', info, ARGV[index], ARGV[index + 1]) end
return { 'OK', created }
