#!lua
-- Urgent messages flow: jobs make room until the mark has passed.
-- @key   urgent  string  there while urgent messages flow
-- @arg   ms      int     how long
-- @reply OK
local urgent = KEYS[1]
local ms = ARGV[1]

redis.call('SET', urgent, '1', 'PX', ms)
return { 'OK' }
