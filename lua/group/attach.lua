#!lua
-- Register a node's interest in a group for one of its users, and answer what the user's device needs to go on there.
-- `users` of the node are counted absolutely, so that a repetition changes nothing. Who is no member registers nothing.
-- So that the node can answer the next device by itself: `first` is the oldest offset kept, `losable` how many offsets
-- are or will be gone, `lifeMs` when the log expires (negative: never), `leftBy` the version of the newest leaving known.
-- SWEEP: call again (very many entries had expired).
-- @include clock fence start entries gone seen
-- @key   part      hash    fence
-- @key   log       list    entries
-- @key   state     hash    head, epoch, forks
-- @key   gone      zset    offsets that no longer count
-- @key   ttl       zset    offset by expiry
-- @key   members   zset    user by version of joining
-- @key   leavers   zset    user by version of leaving, or of joining again
-- @key   nodes     hash    interest of nodes
-- @key   holdings  set     what the node holds here
-- @arg   group     string  group
-- @arg   user      string  user
-- @arg   node      string  node id
-- @arg   users     int     users of this group on the node, this one included
-- @arg   resume    string  position of the device, "offset epoch" or ''
-- @arg   device    string  delivery cursor of the device, or ''
-- @arg   read      string  read cursor, or ''
-- @arg   join      string  position at joining, or ''
-- @arg   seen      string  offsets read individually, "offset@epoch", separated by commas
-- @arg   limit     int     entries, at most
-- @arg   maxBytes  int     bytes, at most
-- @reply OK version:int head:int epoch:string read:int unread:int floor:int from:int reset:string reached:int first:int losable:int lifeMs:int leftBy:int entries:rows(offset:int entry:bytes)
-- @reply NOT_MEMBER | SWEEP
local part, log, state, gone, ttl = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local members, leavers, nodes, holdings = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local group, user, node, users = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local resume, device, cursor, join = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local seen_list, limit, max_bytes = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11])

local version = redis.call('ZSCORE', members, user)
if not version then return { 'NOT_MEMBER' } end
local now, epoch = now_ms(), fenced_epoch(part)
local timeline = load_timeline(state, epoch) or create_timeline(state, epoch, now)
local first = timeline.head - redis.call('LLEN', log) + 1
if not sweep(gone, ttl, first, now) then return { 'SWEEP' } end

local floor = lowered_cursor(part, timeline, join)
local read = math.max(lowered_cursor(part, timeline, cursor), floor)
local unread = count_unread(gone, timeline.head, first, read, seen_in(part, timeline, seen_list))
local from, reset = start_of(part, timeline, first, resume, device, read, floor)
local rows, reached = {}, from
if limit > 0 then rows, reached = entries_after(log, timeline.head, first, from, limit, max_bytes, now) end

local left_by = tonumber(redis.call('ZREVRANGE', leavers, 0, 0, 'WITHSCORES')[2] or '0')
redis.call('HSET', nodes, node, users)
redis.call('SADD', holdings, 'group\t' .. group)
return { 'OK', tonumber(version), timeline.head, timeline.epoch, read, unread, floor, from, reset, reached,
  first, redis.call('ZCARD', gone) + redis.call('ZCARD', ttl), redis.call('PTTL', log), left_by, rows }
