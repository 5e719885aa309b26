#!lua flags=allow-oom
-- Cancel a job that is scheduled and has not begun; repeating that changes nothing.
-- @key   job       hash    the job
-- @key   schedule  zset    "<lane>/<id>" by the time at which it is due
-- @key   chunks    hash    index to partition and users
-- @arg   id        string  id of the job
-- @arg   keepMs    int     ms to keep what is known of it
-- @reply OK | UNKNOWN | BEGUN state:string
local job, schedule, chunks = KEYS[1], KEYS[2], KEYS[3]
local id, keep_ms = ARGV[1], ARGV[2]

local state, lane = unpack(redis.call('HMGET', job, 'state', 'lane'))
if not state then return { 'UNKNOWN' } end
if state == 'cancelled' then return { 'OK' } end
if state ~= 'scheduled' then return { 'BEGUN', state } end
redis.call('ZREM', schedule, lane .. '/' .. id)
redis.call('HSET', job, 'state', 'cancelled')
redis.call('HDEL', job, 'message')
redis.call('PEXPIRE', job, keep_ms)
redis.call('UNLINK', chunks)
return { 'OK' }
