#!lua flags=allow-oom
-- Note where a user's share of `all` begins, found once by the time at which they became known. The cursor begins there.
-- @key   state   hash    cursors of the own timeline and of `all`
-- @arg   offset  int     the last offset before their share
-- @arg   epoch   string  its epoch
-- @reply OK all:string allFloor:string | UNKNOWN
local state = KEYS[1]
local offset, epoch = ARGV[1], ARGV[2]

if redis.call('EXISTS', state) == 0 then return { 'UNKNOWN' } end
local position = offset .. ' ' .. epoch
redis.call('HSETNX', state, 'allFloor', position)
redis.call('HSETNX', state, 'all', position)
local stored = redis.call('HMGET', state, 'all', 'allFloor')
return { 'OK', stored[1], stored[2] }
