-- Adding one entry to a timeline: what every way of publishing has in common.
-- @include timeline retention

-- A user who is written to is known from then on.
local function create_user_timeline(state, users, user, epoch, now)
  redis.call('ZADD', users, 'NX', now, user)
  return create_timeline(state, epoch, now)
end

-- Pushes the entry and trims the log to `cap` entries and to its age; `keeps_state`: the state outlives the log for ever.
-- Returns the entry's offset.
local function append_entry(log, state, gone, ttl, timeline, epoch, entry, expires, cap, age, keeps_state, now)
  local offset = timeline.head + 1
  local length = redis.call('RPUSH', log, entry)
  save_head(state, timeline, epoch, offset)
  if length > cap then
    redis.call('LTRIM', log, -cap, -1)
    redis.call('ZREMRANGEBYSCORE', gone, '-inf', offset - cap)
    length = cap
  end
  keep_for_age(log, state, keeps_state, timeline, length, age, now)
  if expires > 0 then
    redis.call('ZADD', ttl, expires, offset)
    redis.call('PEXPIRE', ttl, age * 2)
  end
  return offset
end
