#!lua
-- Make a job of what is stored: into its lane, or into the schedule where it is due later. From the reply OK on it will
-- be carried out, whoever dies. UNSTORED: the chunks are not there as a whole (their ttl passed meanwhile).
-- @include clock fence lanes idempotency
-- @key   part         hash    fence
-- @key   links        hash    sequence of the workers' link
-- @key   lane         stream  jobs of one priority
-- @key   job          hash    the job
-- @key   chunks       hash    index to partition and users
-- @key   idem         string  answer of an earlier request with the same key
-- @key   index        zset    ids of jobs
-- @key   schedule     zset    "<lane>/<id>" by the time at which it is due
-- @arg   id           string  id of the job and of its message
-- @arg   lane         string  name of the lane
-- @arg   kind         string  list, filter or publish
-- @arg   due          int     ms, 0 for now
-- @arg   depth        int     jobs that the lane may hold
-- @arg   total        int     users, or 1; 0 where they are still to be found
-- @arg   chunkCount   int     chunks that were stored
-- @arg   fingerprint  string  of the request; '' without an idempotency key
-- @arg   idemMs       int     how long to remember the answer
-- @arg   meta         string  what the worker has to know besides the message
-- @arg   message      bytes   the message as JSON
-- @reply OK | FULL | MISMATCH | UNSTORED | DUPLICATE id:string due:int
local part, links, lane, job = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local chunks, idem, index, schedule = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local id, lane_name, kind, due, depth = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local total, chunk_count, fingerprint, idem_ms = ARGV[6], tonumber(ARGV[7]), ARGV[8], ARGV[9]
local meta, message = ARGV[10], ARGV[11]
local JOBS_LISTED = 100000

-- An earlier attempt of this call.
if redis.call('EXISTS', job) == 1 then return { 'OK' } end
local earlier = earlier_answer(idem, fingerprint)
if earlier and not earlier.matches then return { 'MISMATCH' } end
if earlier then
  redis.call('UNLINK', chunks)
  return { 'DUPLICATE', earlier.id, earlier.offset }
end
if due == 0 and redis.call('XLEN', lane) >= depth then return { 'FULL' } end
if redis.call('HLEN', chunks) ~= chunk_count then return { 'UNSTORED' } end

local now, epoch = now_ms(), fenced_epoch(part)
redis.call('HSET', job, 'state', 'scheduled', 'lane', lane_name, 'kind', kind, 'total', total, 'done', 0, 'due', due,
  'chunks', chunk_count, 'next', 0, 'ahead', '', 'attempts', 0, 'claims', 0, 'createdAt', now, 'meta', meta,
  'message', message)
redis.call('PERSIST', chunks)
redis.call('ZADD', index, 0, id)
redis.call('ZREMRANGEBYRANK', index, 0, -JOBS_LISTED - 1)
if due > 0 then
  redis.call('ZADD', schedule, due, lane_name .. '/' .. id)
else
  enter_lane(lane, job, links, id, epoch)
end
remember_answer(idem, fingerprint, id, due, '-', 0, idem_ms)
return { 'OK' }
