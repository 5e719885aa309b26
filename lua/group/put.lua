#!lua
-- Make a group, or replace its retention. DELETING: it was deleted, and not all of its members are undone yet.
-- @include clock fence timeline
-- @key   part   hash    fence
-- @key   state  hash    head, epoch, retention
-- @key   removed zset   members of the group before it was deleted
-- @arg   cap    int     entries to keep, 0 for the default
-- @arg   age    int     ms to keep them, 0 for the default
-- @reply OK created:int | DELETING
local part, state, removed = KEYS[1], KEYS[2], KEYS[3]
local cap, age = ARGV[1], ARGV[2]

if redis.call('EXISTS', removed) == 1 then return { 'DELETING' } end
local epoch = fenced_epoch(part)
local known = redis.call('EXISTS', state) == 1
if not known then create_timeline(state, epoch, now_ms()) end
if cap ~= '0' then redis.call('HSET', state, 'cap', cap) else redis.call('HDEL', state, 'cap') end
if age ~= '0' then redis.call('HSET', state, 'age', age) else redis.call('HDEL', state, 'age') end
return { 'OK', known and 0 or 1 }
