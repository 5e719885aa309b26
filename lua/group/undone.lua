#!lua flags=allow-oom
-- Drop members of a deleted group for whom the users' side has been undone. Without any left the group may be made again.
-- @key   removed  zset    members set aside
-- @arg*  user     string  user
-- @reply OK left:int
local removed = KEYS[1]

redis.call('ZREM', removed, unpack(ARGV))
return { 'OK', redis.call('ZCARD', removed) }
