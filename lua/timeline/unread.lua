#!lua flags=allow-oom
-- Heads and unread counts of several timelines of one partition, for one user's cursors in them.
-- `seen` of the answer are the offsets read individually that count, ahead of `read`.
-- Moves expired offsets to `gone` on the way; SWEEP asks for the same call again where there were very many.
-- @include clock fence timeline gone seen
-- @key   part      hash    fence
-- @key*  log       list    entries
-- @key*  state     hash    head, epoch, forks
-- @key*  gone      zset    offsets that no longer count
-- @key*  ttl       zset    offset by expiry
-- @arg*  read      string  read cursor, "offset epoch" or ''
-- @arg*  floor     string  where the user's share begins, "offset epoch" or ''
-- @arg*  target    int     offset to read up to, cut to the head; 0 for none
-- @arg*  seen      string  offsets read individually, "offset@epoch" or of now, separated by commas
-- @reply OK timelines:rows(known:int head:int first:int epoch:string floor:int read:int unread:int seen:string)
-- @reply SWEEP
local part = KEYS[1]
local KEYS_EACH, ARGS_EACH = 4, 4

local function ahead_of(read, head, offsets)
  local ahead = {}
  for _, offset in ipairs(offsets) do
    if tonumber(offset) > read and tonumber(offset) <= head then ahead[#ahead + 1] = offset end
  end
  return ahead
end

local now, epoch, rows = now_ms(), fenced_epoch(part), {}
for item = 0, (#KEYS - 1) / KEYS_EACH - 1 do
  local log, state = KEYS[item * KEYS_EACH + 2], KEYS[item * KEYS_EACH + 3]
  local gone, ttl = KEYS[item * KEYS_EACH + 4], KEYS[item * KEYS_EACH + 5]
  local cursor, join = ARGV[item * ARGS_EACH + 1], ARGV[item * ARGS_EACH + 2]
  local target, seen = tonumber(ARGV[item * ARGS_EACH + 3]), ARGV[item * ARGS_EACH + 4]
  local timeline = load_timeline(state, epoch)
  if timeline then
    local first = timeline.head - redis.call('LLEN', log) + 1
    if not sweep(gone, ttl, first, now) then return { 'SWEEP' } end
    local floor = lowered_cursor(part, timeline, join)
    local read = math.max(lowered_cursor(part, timeline, cursor), floor, math.min(target, timeline.head))
    local offsets = ahead_of(read, timeline.head, seen_in(part, timeline, seen))
    local unread = count_unread(gone, timeline.head, first, read, offsets)
    local row = { 1, timeline.head, first, timeline.epoch, floor, read, unread, table.concat(offsets, ',') }
    for _, field in ipairs(row) do rows[#rows + 1] = field end
  else
    for _, field in ipairs({ 0, 0, 1, '', 0, 0, 0, '' }) do rows[#rows + 1] = field end
  end
end
return { 'OK', rows }
