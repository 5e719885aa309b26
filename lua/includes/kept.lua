-- The index of what is kept of a user under names of its own (delivery cursors of devices, offsets read individually), so
-- that all of it can be found when the user is erased. Names are the ends of the keys; what was not used for as long as
-- any of these keys lasts has expired by itself.

local KEPT_MS = 91 * 24 * 3600 * 1000
local INDEX_NAME_BYTES = 4 -- of "kept", in whose place the names stand

local function note_kept(kept, key, now)
  local name = string.sub(key, #kept - INDEX_NAME_BYTES + 1)
  if redis.call('ZADD', kept, now, name) == 1 then redis.call('ZREMRANGEBYSCORE', kept, '-inf', now - KEPT_MS) end
  redis.call('PEXPIRE', kept, KEPT_MS)
end
