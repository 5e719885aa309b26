#!lua flags=allow-oom
-- Give a job back before it is done, so that another worker can claim it at once. That was no failed attempt.
-- @include lanes
-- @key   job     hash    the job
-- @key   lane    stream  its lane
-- @arg   claim   int     number of the worker's claim
-- @arg   entry   string  id of the job's entry in the lane
-- @reply OK | LOST
local job, lane = KEYS[1], KEYS[2]
local claim, entry = ARGV[1], ARGV[2]

if not holds_claim(job, claim) then return { 'LOST' } end
redis.call('HINCRBY', job, 'attempts', -1)
free_claim(lane, entry)
return { 'OK' }
