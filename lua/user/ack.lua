#!lua flags=allow-oom
-- Move a device's delivery cursors forward: by epoch, then by offset. What is older changes nothing. Of two epochs with
-- the same number one was lost, and what is acknowledged now is not of that one. Of a user who was erased nothing is kept.
-- @include clock kept
-- @key   state     hash    the user's timeline
-- @key   kept      zset    names of further keys of the user
-- @key   device    hash    timeline to "offset epoch"
-- @arg   keptMs    int     how long the cursors are kept without use
-- @arg*  timeline  string  name of the timeline
-- @arg*  offset    int     acknowledged up to here
-- @arg*  epoch     string  of that offset
-- @reply OK moved:int
local state, kept, device = KEYS[1], KEYS[2], KEYS[3]
local kept_ms = ARGV[1]
local FIXED_ARGS, ARGS_EACH = 1, 3

local function epoch_number(epoch)
  return tonumber(string.match(epoch, '^%d+') or '0')
end

if redis.call('EXISTS', state) == 0 then return { 'OK', 0 } end
local moved = 0
for index = FIXED_ARGS + 1, #ARGV, ARGS_EACH do
  local timeline, offset, epoch = ARGV[index], tonumber(ARGV[index + 1]), ARGV[index + 2]
  local old_offset, old_epoch = string.match(redis.call('HGET', device, timeline) or '0 0', '^(%d+) (%S+)$')
  local is_newer = epoch ~= old_epoch and epoch_number(epoch) >= epoch_number(old_epoch)
  if is_newer or (epoch == old_epoch and offset > tonumber(old_offset)) then
    redis.call('HSET', device, timeline, ARGV[index + 1] .. ' ' .. epoch)
    moved = moved + 1
  end
end
redis.call('PEXPIRE', device, kept_ms)
if moved > 0 then note_kept(kept, device, now_ms()) end
return { 'OK', moved }
