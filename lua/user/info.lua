#!lua flags=no-writes
-- What is known of a user: attributes and presence. `onlineSince` is '' for one who is offline.
-- @key   state     hash    the user's timeline
-- @key   users     zset    registry of users
-- @key   online    zset    user by online since
-- @key   sessions  hash    user to sessions
-- @key   info      hash    attributes
-- @arg   user      string  user
-- @reply OK since:int lastSeen:string onlineSince:string sessions:string attributes:strings
-- @reply UNKNOWN
local state, users, online, sessions, info = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local user = ARGV[1]

local since = redis.call('HGET', state, 'since')
if not since then return { 'UNKNOWN' } end
return {
  'OK', tonumber(since), redis.call('ZSCORE', users, user) or '', redis.call('ZSCORE', online, user) or '',
  redis.call('HGET', sessions, user) or '', redis.call('HGETALL', info),
}
