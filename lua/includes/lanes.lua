-- Lanes: a Stream each, with one consumer group and one consumer in it, so that no dead worker leaves a consumer behind.
-- What is pending there is being worked at; how long it was idle is how long nobody renewed the claim. Who holds it is in
-- the job: the number of its latest claim.
-- @include link

local GROUP, CONSUMER, WAKE = 'workers', 'worker', 'workers'

-- The job waits in its lane from now on; workers are told.
local function enter_lane(lane, job, links, id, epoch)
  if redis.call('EXISTS', lane) == 0 then redis.call('XGROUP', 'CREATE', lane, GROUP, '0', 'MKSTREAM') end
  local entry = redis.call('XADD', lane, '*', 'job', id)
  redis.call('HSET', job, 'state', 'queued', 'entry', entry)
  publish(links, WAKE, epoch, 'job\t' .. id .. '\n')
end

local function leave_lane(lane, entry)
  redis.call('XACK', lane, GROUP, entry)
  redis.call('XDEL', lane, entry)
end

-- Entry and job that nobody renewed for `idle` ms (then also true), or else the next one; nil where the lane has neither.
local function next_in_lane(lane, idle)
  if redis.call('EXISTS', lane) == 0 then return nil end
  local left = redis.call('XPENDING', lane, GROUP, 'IDLE', idle, '-', '+', 1)[1]
  if left then
    local found = redis.call('XCLAIM', lane, GROUP, CONSUMER, idle, left[1])[1]
    if found then return found[1], found[2][2], true end
  end
  local read = redis.call('XREADGROUP', 'GROUP', GROUP, CONSUMER, 'COUNT', 1, 'STREAMS', lane, '>')
  local found = read and read[1] and read[1][2][1]
  if not found then return nil end
  return found[1], found[2][2], false
end

-- Not idle any more: whoever works at it lives.
local function renew_claim(lane, entry)
  redis.call('XCLAIM', lane, GROUP, CONSUMER, 0, entry, 'JUSTID')
end

-- Whether this claim is the job's latest, and the job is still being worked at.
local function holds_claim(job, claim)
  local known = redis.call('HMGET', job, 'state', 'claims')
  return known[1] == 'running' and known[2] == claim
end

local LONG_IDLE_MS = 24 * 3600 * 1000

-- As idle as what a worker left behind long ago.
local function free_claim(lane, entry)
  redis.call('XCLAIM', lane, GROUP, CONSUMER, 0, entry, 'IDLE', LONG_IDLE_MS, 'JUSTID')
end
