#!lua flags=allow-oom
-- Where a device goes on in `all`, as group/attach answers it for a group: cursors, unread, and the first page. Makes
-- the timeline where nothing was sent to it yet, so that there is an epoch to resume from.
-- `first`, `losable` and `lifeMs` as there.
-- SWEEP: call again (very many entries had expired).
-- @include clock fence start entries gone seen
-- @key   part      hash    fence
-- @key   log       list    entries
-- @key   state     hash    head, epoch, forks
-- @key   gone      zset    offsets that no longer count
-- @key   ttl       zset    offset by expiry
-- @arg   resume    string  position of the device, "offset epoch" or ''
-- @arg   device    string  delivery cursor of the device, or ''
-- @arg   read      string  read cursor, or ''
-- @arg   join      string  where the user's share begins, or ''
-- @arg   seen      string  offsets read individually, "offset@epoch", separated by commas
-- @arg   limit     int     entries, at most
-- @arg   maxBytes  int     bytes, at most
-- @reply OK head:int epoch:string read:int unread:int floor:int from:int reset:string reached:int first:int losable:int lifeMs:int entries:rows(offset:int entry:bytes)
-- @reply SWEEP
local part, log, state, gone, ttl = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local resume, device, cursor, join = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local seen_list, limit, max_bytes = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])

local now, epoch = now_ms(), fenced_epoch(part)
local timeline = load_timeline(state, epoch) or create_timeline(state, epoch, now)
local first = timeline.head - redis.call('LLEN', log) + 1
if not sweep(gone, ttl, first, now) then return { 'SWEEP' } end

local floor = lowered_cursor(part, timeline, join)
local read = math.max(lowered_cursor(part, timeline, cursor), floor)
local unread = count_unread(gone, timeline.head, first, read, seen_in(part, timeline, seen_list))
local from, reset = start_of(part, timeline, first, resume, device, read, floor)
local rows, reached = entries_after(log, timeline.head, first, from, limit, max_bytes, now)
return { 'OK', timeline.head, timeline.epoch, read, unread, floor, from, reset, reached,
  first, redis.call('ZCARD', gone) + redis.call('ZCARD', ttl), redis.call('PTTL', log), rows }
