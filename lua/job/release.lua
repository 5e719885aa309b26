#!lua
-- Move a job that is due from the schedule into its lane. NOT_DUE: another worker has, or it was cancelled. GONE: the job
-- is not there any more.
-- @include clock fence lanes
-- @key   part      hash    fence
-- @key   links     hash    sequence of the workers' link
-- @key   schedule  zset    "<lane>/<id>" by the time at which it is due
-- @key   lane      stream  its lane
-- @key   job       hash    the job
-- @arg   member    string  "<lane>/<id>"
-- @arg   id        string  id of the job
-- @reply OK | NOT_DUE | GONE
local part, links, schedule, lane, job = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local member, id = ARGV[1], ARGV[2]

local due = redis.call('ZSCORE', schedule, member)
if not due or tonumber(due) > now_ms() then return { 'NOT_DUE' } end
redis.call('ZREM', schedule, member)
if redis.call('EXISTS', job) == 0 then return { 'GONE' } end
enter_lane(lane, job, links, id, fenced_epoch(part))
return { 'OK' }
