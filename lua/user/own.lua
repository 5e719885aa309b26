#!lua flags=allow-oom
-- One's own messages do not count as unread: note the offset of a message in its sender's `seen`.
-- An unknown sender, or one who is not in the group, has no unread to correct.
-- @key   state    hash    cursors of the own timeline and of `all`
-- @key   groups   hash    cursors of groups
-- @key   seen     zset    offsets of this timeline read individually
-- @arg   group    string  the group, or '' for another timeline
-- @arg   offset   int     offset of the message
-- @reply OK | UNKNOWN
local state, groups, seen = KEYS[1], KEYS[2], KEYS[3]
local group, offset = ARGV[1], ARGV[2]
local SEEN_KEPT, SEEN_KEPT_MS = 1000, 91 * 24 * 3600 * 1000

if group == '' then
  if redis.call('EXISTS', state) == 0 then return { 'UNKNOWN' } end
else
  local cursor = string.match(redis.call('HGET', groups, group) or '', '^(%d+ %d+ %S+ %d+ %S+) %d$')
  if not cursor then return { 'UNKNOWN' } end
  redis.call('HSET', groups, group, cursor .. ' 1')
end
redis.call('ZADD', seen, offset, offset)
redis.call('ZREMRANGEBYRANK', seen, 0, -SEEN_KEPT - 1)
redis.call('PEXPIRE', seen, SEEN_KEPT_MS)
return { 'OK' }
