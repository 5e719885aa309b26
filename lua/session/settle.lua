#!lua flags=allow-oom
-- Take offline those whose grace is over and who have not come back. Answers them, and whether more are due.
-- @include clock
-- @key   sessions   hash    user to sessions
-- @key   online     zset    user by online since
-- @key   leaving    zset    user by end of grace
-- @arg   limit      int     users, at most
-- @reply OK more:int offline:strings
local sessions, online, leaving = KEYS[1], KEYS[2], KEYS[3]
local limit = tonumber(ARGV[1])

local due = redis.call('ZRANGEBYSCORE', leaving, '-inf', now_ms(), 'LIMIT', 0, limit)
local offline = {}
for _, user in ipairs(due) do
  redis.call('ZREM', leaving, user)
  if redis.call('HEXISTS', sessions, user) == 0 and redis.call('ZREM', online, user) == 1 then
    offline[#offline + 1] = user
  end
end
return { 'OK', #due == limit and 1 or 0, offline }
