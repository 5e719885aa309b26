#!lua flags=allow-oom
-- Note how far a job has come, and renew its claim. `urgent` is 1 while urgent messages flow or urgent jobs wait.
-- LOST: another worker has taken the job over.
-- @include lanes
-- @key   job         hash    the job
-- @key   lane        stream  its lane
-- @key   urgentLane  stream  the most urgent lane
-- @key   urgent      string  there while urgent messages flow
-- @arg   claim       int     number of the worker's claim
-- @arg   entry       string  id of the job's entry in the lane
-- @arg   next        int     all chunks before this one are done
-- @arg   ahead       string  chunks done after it, separated by commas
-- @arg   done        int     users whose entry is written
-- @reply OK urgent:int | LOST
local job, lane, urgent_lane, urgent = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local claim, entry, next_chunk, ahead, done = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

if not holds_claim(job, claim) then return { 'LOST' } end
-- Where it came on, what follows has all its attempts.
if redis.call('HGET', job, 'next') ~= next_chunk then redis.call('HSET', job, 'attempts', 1) end
redis.call('HSET', job, 'next', next_chunk, 'ahead', ahead, 'done', done)
renew_claim(lane, entry)
local waits = redis.call('XLEN', urgent_lane) > 0 or redis.call('EXISTS', urgent) == 1
return { 'OK', waits and 1 or 0 }
