#!lua
-- Make a group, or replace its retention.
-- @include clock fence timeline
-- @key   part   hash    fence
-- @key   state  hash    head, epoch, retention
-- @arg   cap    int     entries to keep, 0 for the default
-- @arg   age    int     ms to keep them, 0 for the default
-- @reply OK created:int
local part, state = KEYS[1], KEYS[2]
local cap, age = ARGV[1], ARGV[2]

local epoch = fenced_epoch(part)
local known = redis.call('EXISTS', state) == 1
if not known then create_timeline(state, epoch, now_ms()) end
if cap ~= '0' then redis.call('HSET', state, 'cap', cap) else redis.call('HDEL', state, 'cap') end
if age ~= '0' then redis.call('HSET', state, 'age', age) else redis.call('HDEL', state, 'age') end
return { 'OK', known and 0 or 1 }
