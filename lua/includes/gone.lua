-- Offsets that no longer count: entries whose own expiry has passed move from `ttl` (by expiry) to `gone` (by offset).
-- Those before the first entry kept count for nothing, and are dropped when others are added.

local SWEEP_STEP = 500
local GONE_KEPT_MS = 91 * 24 * 3600 * 1000

-- Moves what is due; false where more is left than one call may do, so that the caller repeats it.
local function sweep(gone, ttl, first, now)
  local due = redis.call('ZRANGEBYSCORE', ttl, '-inf', now, 'LIMIT', 0, SWEEP_STEP)
  if #due == 0 then return true end
  for _, offset in ipairs(due) do
    if tonumber(offset) >= first then redis.call('ZADD', gone, offset, offset) end
  end
  redis.call('ZREM', ttl, unpack(due))
  redis.call('ZREMRANGEBYSCORE', gone, '-inf', '(' .. first)
  redis.call('PEXPIRE', gone, GONE_KEPT_MS)
  return #due < SWEEP_STEP
end

-- Unread beyond `read`: all after it but what is gone and what was read individually (`seen`, a list of offsets).
local function count_unread(gone, head, first, read, seen)
  local base = math.max(read, first - 1)
  if head <= base then return 0 end
  local lost = redis.call('ZCOUNT', gone, '(' .. base, '+inf')
  local count = head - base - lost
  for _, offset in ipairs(seen) do
    local at = tonumber(offset)
    if at > base and at <= head and (lost == 0 or not redis.call('ZSCORE', gone, offset)) then count = count - 1 end
  end
  return count
end
