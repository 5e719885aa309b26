#!lua flags=no-writes
-- A page of a user's own timeline, and what of it was read: in one call what timeline/page needs two others before it for.
-- `seen` of the answer are the offsets read individually that count, separated by commas.
-- @include clock fence timeline seen window
-- @key   part      hash    fence
-- @key   log       list    entries
-- @key   state     hash    head, epoch, forks, read cursor
-- @key   seen      zset    offsets read individually
-- @arg   after     int     -1, or: oldest first, beyond this offset
-- @arg   before    int     0, or: newest first, below this offset
-- @arg   unread    int     1: nothing at or below the read cursor is handed out
-- @arg   limit     int     entries, at most
-- @arg   maxBytes  int     bytes, at most (one entry may exceed it)
-- @reply OK epoch:string read:int seen:string more:int reached:int entries:rows(offset:int entry:bytes)
-- @reply UNKNOWN | TAKE
local part, log, state, seen = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local after, before, unread = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local limit, max_bytes = tonumber(ARGV[4]), tonumber(ARGV[5])

local epoch = owned_epoch(part)
if not epoch then return { 'TAKE' } end
local timeline = load_timeline(state, epoch)
if not timeline then return { 'UNKNOWN' } end

local read = lowered_cursor(part, timeline, redis.call('HGET', state, 'read'))
local offsets = seen_offsets(part, timeline, redis.call('ZRANGE', seen, 0, -1))
local rows, reached, more =
  window_entries(log, timeline.head, unread and read or 0, after, before, 0, limit, max_bytes, now_ms())
return { 'OK', timeline.epoch, read, table.concat(offsets, ','), more, reached, rows }
