-- Retention by age. The log's own expiry removes it when nothing was added for `age`; entries that are older although
-- later ones were added are trimmed here, at most once in a sixteenth of `age`, so that most appends pay nothing.
-- @include entry

local REFRESH_SHARE = 16

local function keep_log(log, state, keeps_state, age)
  redis.call('PEXPIRE', log, math.floor(age + age / REFRESH_SHARE))
  if not keeps_state then redis.call('PEXPIRE', state, age * 2) end
end

local function keep_for_age(log, state, keeps_state, timeline, length, age, now)
  local last = timeline.kept or timeline.since
  if length > 1 and now - last < age / REFRESH_SHARE then return length end
  -- A log of one entry has just got it.
  local old = length > 1 and stored_before(log, length, now - age) or 0
  if old > 0 then redis.call('LTRIM', log, old, -1) end
  keep_log(log, state, keeps_state, age)
  if now - last >= age / REFRESH_SHARE then redis.call('HSET', state, 'kept', now) end
  return length - old
end
