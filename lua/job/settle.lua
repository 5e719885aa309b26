#!lua flags=allow-oom
-- A job is done. What is known of it is kept for a while, its chunks for a shorter one.
-- @include lanes
-- @key   job      hash    the job
-- @key   lane     stream  its lane
-- @key   chunks   hash    index to partition and users
-- @arg   claim    int     number of the worker's claim
-- @arg   entry    string  id of the job's entry in the lane
-- @arg   keepMs   int     ms to keep what is known of it
-- @arg   chunkMs  int     ms to keep the chunks
-- @reply OK | LOST
local job, lane, chunks = KEYS[1], KEYS[2], KEYS[3]
local claim, entry, keep_ms, chunk_ms = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if not holds_claim(job, claim) then return { 'LOST' } end
leave_lane(lane, entry)
local total, chunk_count = unpack(redis.call('HMGET', job, 'total', 'chunks'))
redis.call('HSET', job, 'state', 'done', 'done', total, 'next', chunk_count, 'ahead', '')
redis.call('HDEL', job, 'entry', 'message')
redis.call('PEXPIRE', job, keep_ms)
redis.call('PEXPIRE', chunks, chunk_ms)
return { 'OK' }
