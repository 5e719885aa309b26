#!lua flags=allow-oom
-- Add an event and publish it, where Redis refuses a transaction because its memory is full. `entry` is '' where no
-- service has the stream: it is only published then.
-- @key   stream   stream  events
-- @key   channel  string  the sharded channel of the event
-- @arg   text     string  what is published
-- @arg*  part     string  arguments of XADD after the key
-- @reply OK entry:string
local stream, channel, text = KEYS[1], KEYS[2], ARGV[1]
local FIXED_ARGS = 1

local entry = redis.call('XADD', stream, unpack(ARGV, FIXED_ARGS + 1))
redis.call('SPUBLISH', channel, text)
return { 'OK', entry or '' }
