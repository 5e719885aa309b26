#!lua flags=no-writes
-- Presence of some users of one partition; '' where there is none.
-- @key   users     zset    registry of users
-- @key   online    zset    user by online since
-- @key   sessions  hash    user to sessions
-- @arg*  user      string  user
-- @reply OK users:rows(lastSeen:string onlineSince:string sessions:string)
local users, online, sessions = KEYS[1], KEYS[2], KEYS[3]

local rows = {}
for _, user in ipairs(ARGV) do
  rows[#rows + 1] = redis.call('ZSCORE', users, user) or ''
  rows[#rows + 1] = redis.call('ZSCORE', online, user) or ''
  rows[#rows + 1] = redis.call('HGET', sessions, user) or ''
end
return { 'OK', rows }
