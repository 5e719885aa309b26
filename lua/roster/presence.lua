#!lua flags=no-writes
-- Presence of some users of one partition; '' where there is none.
-- @key   online    zset    user by online since
-- @key   sessions  hash    user to sessions
-- @key*  state     hash    the user's timeline
-- @arg*  user      string  user
-- @reply OK users:rows(lastSeen:string onlineSince:string sessions:string)
local online, sessions = KEYS[1], KEYS[2]
local FIXED_KEYS = 2

local rows = {}
for item, user in ipairs(ARGV) do
  local state = KEYS[FIXED_KEYS + item]
  local since, last_seen = unpack(redis.call('HMGET', state, 'since', 'lastSeen'))
  rows[#rows + 1] = last_seen or since or ''
  rows[#rows + 1] = redis.call('ZSCORE', online, user) or ''
  rows[#rows + 1] = redis.call('HGET', sessions, user) or ''
end
return { 'OK', rows }
