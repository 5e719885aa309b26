#!lua flags=no-writes
-- A user's read cursors: of the own timeline, of `all`, and of the groups, as they are stored. `allFloor` is
-- where the user's share of `all` begins, '' where it has not been looked up yet.
-- @key   state     hash    read cursors
-- @key   groups    hash    the user's groups
-- @key   seenUser  zset    offsets of the own timeline read individually
-- @key   seenAll   zset    the same for `all`
-- @reply OK since:int read:string all:string allFloor:string groups:strings seenUser:strings seenAll:strings
-- @reply UNKNOWN
local state, groups, seen_user, seen_all = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local known = redis.call('HMGET', state, 'since', 'read', 'all', 'allFloor')
if not known[1] then return { 'UNKNOWN' } end
return {
  'OK', tonumber(known[1]), known[2] or '', known[3] or '', known[4] or '', redis.call('HGETALL', groups),
  redis.call('ZRANGE', seen_user, 0, -1), redis.call('ZRANGE', seen_all, 0, -1),
}
