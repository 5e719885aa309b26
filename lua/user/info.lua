#!lua flags=no-writes
-- What is known of a user: attributes and presence. `onlineSince` is '' for one who is offline.
-- @key   state     hash    the user's timeline
-- @key   online    zset    user by online since
-- @key   sessions  hash    user to sessions
-- @key   info      hash    attributes
-- @arg   user      string  user
-- @reply OK since:int lastSeen:string onlineSince:string sessions:string attributes:strings
-- @reply UNKNOWN
local state, online, sessions, info = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local user = ARGV[1]

local since, last_seen = unpack(redis.call('HMGET', state, 'since', 'lastSeen'))
if not since then return { 'UNKNOWN' } end
return {
  'OK', tonumber(since), last_seen or since, redis.call('ZSCORE', online, user) or '',
  redis.call('HGET', sessions, user) or '', redis.call('HGETALL', info),
}
