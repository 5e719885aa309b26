#!lua flags=allow-oom
-- Move delivery cursors of devices forward, of users of one partition: by epoch, then by offset. What is older changes
-- nothing. Of two epochs with the same number one was lost, and what is acknowledged now is not of that one. Of a user
-- who was erased nothing is kept.
-- @include clock kept
-- @key*  state     hash    the user's timeline
-- @key*  kept      zset    names of further keys of the user
-- @key*  device    hash    timeline to "offset epoch"
-- @arg   keptMs    int     how long the cursors are kept without use
-- @arg*  timeline  string  name of the timeline
-- @arg*  offset    int     acknowledged up to here
-- @arg*  epoch     string  of that offset
-- @reply OK moved:int
local kept_ms = ARGV[1]
local FIXED_ARGS, KEYS_EACH, ARGS_EACH = 1, 3, 3

local function epoch_number(epoch)
  return tonumber(string.match(epoch, '^%d+') or '0')
end

local moved, now = 0, now_ms()
for item = 0, #KEYS / KEYS_EACH - 1 do
  local state, kept = KEYS[item * KEYS_EACH + 1], KEYS[item * KEYS_EACH + 2]
  local device, first = KEYS[item * KEYS_EACH + 3], FIXED_ARGS + item * ARGS_EACH
  local timeline, offset, epoch = ARGV[first + 1], tonumber(ARGV[first + 2]), ARGV[first + 3]
  if redis.call('EXISTS', state) == 1 then
    local old_offset, old_epoch = string.match(redis.call('HGET', device, timeline) or '0 0', '^(%d+) (%S+)$')
    local is_newer = epoch ~= old_epoch and epoch_number(epoch) >= epoch_number(old_epoch)
    if is_newer or (epoch == old_epoch and offset > tonumber(old_offset)) then
      redis.call('HSET', device, timeline, ARGV[first + 2] .. ' ' .. epoch)
      note_kept(kept, device, now)
      moved = moved + 1
    end
    redis.call('PEXPIRE', device, kept_ms)
  end
end
return { 'OK', moved }
