-- Noting offsets as read individually (includes/seen.lua reads them).

local SEEN_KEPT, SEEN_KEPT_MS = 1000, 91 * 24 * 3600 * 1000

-- In place of what the offset stood for under another epoch.
local function mark_seen(seen, offset, epoch)
  redis.call('ZREMRANGEBYSCORE', seen, offset, offset)
  redis.call('ZADD', seen, offset, offset .. '@' .. epoch)
end

-- At most the newest 1,000 are kept.
local function bound_seen(seen)
  redis.call('ZREMRANGEBYRANK', seen, 0, -SEEN_KEPT - 1)
  redis.call('PEXPIRE', seen, SEEN_KEPT_MS)
end
