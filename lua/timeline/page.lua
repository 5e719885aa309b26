#!lua flags=no-writes
-- A page of the inbox: newest first before an offset or a time, or oldest first after an offset.
-- @include clock fence timeline window
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
local rows, reached, more =
  window_entries(log, timeline.head, floor, after, before, latest, limit, max_bytes, now_ms())
return { 'OK', timeline.head, timeline.epoch, more, reached, rows }
