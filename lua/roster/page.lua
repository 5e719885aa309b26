#!lua flags=no-writes
-- A page of a sorted set of users, and how many there are.
-- @include page
-- @key   set     zset    members of a group, or users online
-- @arg   score   string  of the last one given, '' at the start
-- @arg   after   string  the last one given, '' at the start
-- @arg   limit   int     users, at most
-- @reply OK total:int users:rows(user:string score:string)
local set = KEYS[1]
local score, after, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])

local total = redis.call('ZCARD', set)
if limit == 0 then return { 'OK', total, {} } end
local start = page_start(set, score, after)
return { 'OK', total, redis.call('ZRANGE', set, start, start + limit - 1, 'WITHSCORES') }
