#!lua flags=no-writes
-- What is due in the schedule, earliest first, as "<lane>/<id>".
-- @include clock
-- @key   schedule  zset    "<lane>/<id>" by the time at which it is due
-- @arg   limit     int     at most so many
-- @reply OK members:strings
local schedule = KEYS[1]
local limit = ARGV[1]

return { 'OK', redis.call('ZRANGEBYSCORE', schedule, '-inf', now_ms(), 'LIMIT', 0, limit) }
