#!lua flags=no-writes
-- A page of the inbox: newest first before an offset or a time, or oldest first after an offset.
-- @include clock fence timeline entries
-- @key   part      hash    fence
-- @key   log       list    entries
-- @key   state     hash    head, epoch
-- @arg   after     int     -1, or: oldest first, beyond this offset
-- @arg   before    int     0, or: newest first, below this offset
-- @arg   until     int     0, or: newest first, stored at this ms or before
-- @arg   floor     int     nothing at or below this offset is handed out
-- @arg   limit     int     entries, at most
-- @arg   maxBytes  int     bytes, at most (one entry may exceed it)
-- @reply OK head:int epoch:string more:int reached:int entries:rows(offset:int entry:bytes)
-- @reply UNKNOWN | TAKE
local part, log, state = KEYS[1], KEYS[2], KEYS[3]
local after, before, latest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local floor, limit, max_bytes = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

local epoch = owned_epoch(part)
if not epoch then return { 'TAKE' } end
local timeline = load_timeline(state, epoch)
if not timeline then return { 'UNKNOWN' } end

local now, head, length = now_ms(), timeline.head, redis.call('LLEN', log)
local first = math.max(head - length + 1, floor + 1)
local kept = head - length

if after >= 0 then
  local rows, reached = entries_after(log, head, kept + 1, math.max(after, first - 1), limit, max_bytes, now)
  return { 'OK', head, timeline.epoch, reached < head and 1 or 0, reached, rows }
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
return { 'OK', head, timeline.epoch, reached > first and 1 or 0, reached, rows }
