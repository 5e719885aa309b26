#!lua flags=no-writes
-- A page of a sorted set of users whose scores do not change, from the highest down: of the registry, or of the members of
-- a group. Whoever comes while somebody walks stands where the walk has been, so nobody is met twice, and whoever was
-- there and stays is met.
-- @include page
-- @key   set     zset    registry of users, or members of a group
-- @arg   score   string  of the last one given, '' at the start
-- @arg   after   string  the last one given, '' at the start
-- @arg   limit   int     users, at most
-- @reply OK score:string users:strings
local set = KEYS[1]
local score, after, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])

local before = page_end(set, score, after)
if before == 0 then return { 'OK', '', {} } end
local users = redis.call('ZRANGE', set, math.max(0, before - limit), before - 1)
local ordered = {}
for index = #users, 1, -1 do ordered[#ordered + 1] = users[index] end
return { 'OK', redis.call('ZSCORE', set, ordered[#ordered]), ordered }
