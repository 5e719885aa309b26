-- Where a device goes on in a timeline: its resume position, else its delivery cursor, else the user's read cursor.
-- @include timeline

local NEWEST_UNREAD = 100

-- `resume` and `device` are "offset epoch" or ''. Returns the offset regarded as settled, and why something before it
-- is not sent ('' where nothing is left out): rolled_back, trimmed, expired or too_many.
local function start_of(part, timeline, first, resume, device, read, floor)
  local reason, from = '', nil
  local offset, epoch = string.match(resume ~= '' and resume or device, '^(%d+) (%S+)$')
  if offset then
    offset = tonumber(offset)
    from = lowered(part, timeline, offset, epoch)
    if from == nil or from < offset then reason = 'rolled_back' end
    if from and from > timeline.head then reason, from = 'rolled_back', timeline.head end
  end
  local by_read = from == nil
  from = math.max(from or read, floor)
  if from < first - 1 then
    from = first - 1
    -- Nothing is kept any more: the log's own expiry took it.
    if reason == '' then reason = first > timeline.head and 'expired' or 'trimmed' end
  end
  if by_read and timeline.head - from > NEWEST_UNREAD then return timeline.head - NEWEST_UNREAD, 'too_many' end
  return from, reason
end
