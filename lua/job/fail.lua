#!lua flags=allow-oom
-- An attempt at a job has failed: it is tried again later, each time after twice as long, or goes to the dead letters
-- when it has had all its attempts.
-- @include clock lanes
-- @key   job          hash    the job
-- @key   lane         stream  its lane
-- @key   schedule     zset    "<lane>/<id>" by the time at which it is due
-- @key   dead         stream  dead letters
-- @key   chunks       hash    index to partition and users
-- @arg   claim        int     number of the worker's claim
-- @arg   entry        string  id of the job's entry in the lane
-- @arg   id           string  id of the job
-- @arg   ahead        string  chunks done after `next`, separated by commas
-- @arg   error        string  what went wrong
-- @arg   maxAttempts  int     attempts a job has
-- @arg   backoffMs    int     pause after the first one
-- @arg   keepMs       int     ms to keep a dead letter
-- @reply RETRY due:int | DEAD | LOST
local job, lane, schedule, dead, chunks = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local claim, entry, id, ahead, message = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local max_attempts, backoff, keep_ms = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
local DEAD_KEPT = 10000

if not holds_claim(job, claim) then return { 'LOST' } end
local attempts, lane_name = unpack(redis.call('HMGET', job, 'attempts', 'lane'))
leave_lane(lane, entry)
redis.call('HDEL', job, 'entry')
if tonumber(attempts) < max_attempts then
  local due = now_ms() + backoff * 2 ^ (tonumber(attempts) - 1)
  redis.call('HSET', job, 'state', 'queued', 'ahead', ahead, 'error', message)
  redis.call('ZADD', schedule, due, lane_name .. '/' .. id)
  return { 'RETRY', due }
end
local letter = redis.call('XADD', dead, 'MAXLEN', '~', DEAD_KEPT, '*', 'job', id)
redis.call('HSET', job, 'state', 'failed', 'ahead', ahead, 'error', message, 'letter', letter)
redis.call('PEXPIRE', job, keep_ms)
redis.call('PEXPIRE', chunks, keep_ms)
return { 'DEAD' }
