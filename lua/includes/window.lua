-- A page of an inbox: a window onto a log, up from one of its offsets or down from one.
-- @include entries

-- Entries as a flat list of offset and entry, the offset up (or down) to which all was looked at, and 1 where more follows.
-- `after` >= 0: oldest first, beyond it. Otherwise newest first: below `before`, if not 0, and stored at `latest` (ms) or
-- before, if not 0. Nothing at or below `floor` is handed out.
local function window_entries(log, head, floor, after, before, latest, limit, max_bytes, now)
  local length = redis.call('LLEN', log)
  local kept = head - length
  local first = math.max(kept + 1, floor + 1)
  if after >= 0 then
    local rows, reached = entries_after(log, head, kept + 1, math.max(after, first - 1), limit, max_bytes, now)
    return rows, reached, reached < head and 1 or 0
  end
  local below = head + 1
  if before > 0 then below = math.min(below, before) end
  if latest > 0 then below = math.min(below, kept + stored_before(log, length, latest + 1) + 1) end
  local rows, reached = {}, below
  if below > first then
    rows, reached = entries_before(log, kept + 1, below, limit, max_bytes, now)
    local count = #rows
    -- bounded: drops at most the page just read
    while count > 0 and rows[count - 1] < first do
      rows[count], rows[count - 1] = nil, nil
      count = count - 2
    end
  end
  return rows, reached, reached > first and 1 or 0
end
