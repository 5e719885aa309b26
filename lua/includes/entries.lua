-- Reading entries of a timeline in pages of bounded count and bytes.
-- @include entry

local READ_STEP, LEAST_STEP = 16, 4

-- How many to read where so many are still wanted: reading costs more than all else here.
local function next_step(wanted)
  return math.min(READ_STEP, math.max(LEAST_STEP, wanted))
end

-- Entries after `offset`, oldest first, as a flat list of offset and entry, and the offset up to which all was looked
-- at: what is expired or gone is passed over. At least one entry is read however large it is.
local function entries_after(log, head, first, offset, limit, max_bytes, now)
  local rows, found, bytes, reached = {}, 0, 0, math.max(offset, first - 1)
  -- bounded: `limit` entries, or `max_bytes`, or the head
  while reached < head and found < limit and bytes < max_bytes do
    local start = reached + 1 - first
    for _, entry in ipairs(redis.call('LRANGE', log, start, start + next_step(limit - found) - 1)) do
      if found >= limit or bytes >= max_bytes then break end
      reached = reached + 1
      if is_current(entry, now) then
        rows[2 * found + 1], rows[2 * found + 2] = reached, entry
        found, bytes = found + 1, bytes + #entry
      end
    end
  end
  return rows, reached
end

-- Entries before `offset`, newest first, and the offset down to which all was looked at.
local function entries_before(log, first, offset, limit, max_bytes, now)
  local rows, found, bytes, reached = {}, 0, 0, offset
  -- bounded: `limit` entries, or `max_bytes`, or the first one kept
  while reached > first and found < limit and bytes < max_bytes do
    local stop = reached - 1 - first
    local page = redis.call('LRANGE', log, math.max(0, stop - next_step(limit - found) + 1), stop)
    for index = #page, 1, -1 do
      if found >= limit or bytes >= max_bytes then break end
      local entry = page[index]
      reached = reached - 1
      if is_current(entry, now) then
        rows[2 * found + 1], rows[2 * found + 2] = reached, entry
        found, bytes = found + 1, bytes + #entry
      end
    end
  end
  return rows, reached
end
