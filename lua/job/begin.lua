#!lua flags=allow-oom
-- Begin or go on with a job that was claimed. Any earlier claim of it ends. GONE: there is no such job, or it is not this
-- entry's any more; the entry has been dropped.
-- @include lanes
-- @key   job    hash    the job
-- @key   lane   stream  jobs of one priority
-- @arg   entry  string  id of the job's entry in the lane
-- @reply OK claim:int attempts:int kind:string total:int done:int chunks:int next:int ahead:string walked:int cursor:string meta:string message:bytes
-- @reply GONE
local job, lane = KEYS[1], KEYS[2]
local entry = ARGV[1]

if redis.call('HGET', job, 'entry') ~= entry then
  leave_lane(lane, entry)
  return { 'GONE' }
end
local claim, attempts = redis.call('HINCRBY', job, 'claims', 1), redis.call('HINCRBY', job, 'attempts', 1)
redis.call('HSET', job, 'state', 'running')
local known = redis.call('HMGET', job, 'kind', 'total', 'done', 'chunks', 'next', 'ahead', 'walked', 'cursor', 'meta',
  'message')
return {
  'OK', claim, attempts, known[1], known[2], known[3], known[4], known[5], known[6], known[7] or 0, known[8] or '', known[9],
  known[10],
}
