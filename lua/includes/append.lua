-- Adding one entry to a timeline: what every way of publishing has in common.
-- @include timeline retention

-- A user who is written to is known from then on.
local function create_user_timeline(state, users, user, epoch, now)
  redis.call('ZADD', users, 'NX', now, user)
  return create_timeline(state, epoch, now)
end

local function trim_to_cap(log, length, cap)
  if length <= cap then return length end
  redis.call('LTRIM', log, -cap, -1)
  return cap
end

local function note_expiry(ttl, expires, offset, age)
  if expires == 0 then return end
  redis.call('ZADD', ttl, expires, offset)
  redis.call('PEXPIRE', ttl, age * 2)
end

-- Pushes the entry and trims the log to `cap` entries and to its age; `keeps_state`: the state outlives the log for ever.
-- Returns the entry's offset, and the first one kept.
local function append_entry(log, state, timeline, epoch, entry, cap, age, keeps_state, now)
  local offset = timeline.head + 1
  local length = redis.call('RPUSH', log, entry)
  save_head(state, timeline, epoch, offset)
  local kept = keep_for_age(log, state, keeps_state, timeline, trim_to_cap(log, length, cap), age, now)
  return offset, offset - kept + 1
end

-- The same for a user's timeline in the most common case, with half the work: it was last written under this epoch, and
-- its age was looked at lately. Returns the offset and when the timeline was made; nil where nothing has been done.
local function append_shortly(log, state, epoch, entry, cap, age, now)
  local known = redis.call('HMGET', state, 'epoch', 'since', 'kept')
  if known[1] ~= epoch or now - (known[3] or known[2]) >= age / REFRESH_SHARE then return nil end
  -- '1', as Redis formats the numbers that it is given with 17 digits, which costs more than adding.
  local offset = redis.call('HINCRBY', state, 'head', '1')
  local length = redis.call('RPUSH', log, entry)
  if length == 1 then keep_log(log, state, false, age) end
  if length > cap then trim_to_cap(log, length, cap) end
  return offset, known[2]
end

-- Appends to a user's timeline in all other cases; it is made where there is none. Returns the offset and when the
-- timeline was made.
local function append_to_user(log, state, users, user, epoch, entry, cap, age, now)
  local timeline = load_timeline(state, epoch) or create_user_timeline(state, users, user, epoch, now)
  return append_entry(log, state, timeline, epoch, entry, cap, age, false, now), timeline.since
end

local RETRY_WINDOW = 64

-- The offset of the message where an attempt whose answer was lost has stored it; nil where it is not among the newest.
local function recent_offset(log, id, head)
  local recent = redis.call('LRANGE', log, -RETRY_WINDOW, -1)
  for index, entry in ipairs(recent) do
    if message_id(entry) == id then return head - #recent + index end
  end
  return nil
end
