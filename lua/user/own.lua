#!lua flags=allow-oom
-- One's own messages do not count as unread: note the offset of a message in its sender's `seen`.
-- An unknown sender, or one who is not in the group, has no unread to correct.
-- @include clock mark kept
-- @key   state    hash    cursors of the own timeline and of `all`
-- @key   groups   hash    cursors of groups
-- @key   seen     zset    offsets of this timeline read individually
-- @key   kept     zset    names of further keys of the user
-- @arg   group    string  the group, or '' for another timeline
-- @arg   offset   int     offset of the message
-- @arg   epoch    string  its epoch
-- @reply OK | UNKNOWN
local state, groups, seen, kept = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, offset, epoch = ARGV[1], ARGV[2], ARGV[3]

if group == '' then
  if redis.call('EXISTS', state) == 0 then return { 'UNKNOWN' } end
else
  local cursor = string.match(redis.call('HGET', groups, group) or '', '^(%d+ %d+ %S+ %d+ %S+) %d$')
  if not cursor then return { 'UNKNOWN' } end
  redis.call('HSET', groups, group, cursor .. ' 1')
end
mark_seen(seen, offset, epoch)
bound_seen(seen)
note_kept(kept, seen, now_ms())
return { 'OK' }
