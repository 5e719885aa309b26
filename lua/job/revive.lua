#!lua
-- Take a job out of the dead letters and put it into its lane again, with all its attempts; what is done stays done.
-- @include fence lanes
-- @key   part    hash    fence
-- @key   links   hash    sequence of the workers' link
-- @key   lane    stream  its lane
-- @key   job     hash    the job
-- @key   dead    stream  dead letters
-- @key   chunks  hash    index to partition and users
-- @arg   id      string  id of the job
-- @reply OK | ALIVE
local part, links, lane, job, dead, chunks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local id = ARGV[1]

local state, letter = unpack(redis.call('HMGET', job, 'state', 'letter'))
if state ~= 'failed' then return { 'ALIVE' } end
redis.call('XDEL', dead, letter)
redis.call('PERSIST', job)
redis.call('PERSIST', chunks)
redis.call('HSET', job, 'attempts', 0)
redis.call('HDEL', job, 'letter')
enter_lane(lane, job, links, id, fenced_epoch(part))
return { 'OK' }
