#!lua flags=allow-oom
-- Set a user's read cursor in a timeline, provided it still is what the caller saw, and note offsets read individually.
-- The nodes of the user's sessions are told, with the unread count that the caller found for the new cursor.
-- CHANGED: the cursor moved meanwhile; read it again. `seen` keeps at most 1,000 offsets, the newest.
-- @include clock fence sessions link mark kept
-- @key   part      hash    fence
-- @key   links     hash    node to link sequence
-- @key   sessions  hash    user to sessions
-- @key   state     hash    cursors of the own timeline and of `all`
-- @key   groups    hash    cursors of groups
-- @key   seen      zset    offsets of this timeline read individually
-- @key   kept      zset    names of further keys of the user
-- @arg   user      string  user
-- @arg   timeline  string  name of the timeline
-- @arg   field     string  read, all, or '' for a group
-- @arg   group     string  the group, or ''
-- @arg   expected  string  the cursor as the caller saw it, "offset epoch" or ''
-- @arg   offset    int     new cursor
-- @arg   epoch     string  its epoch
-- @arg   offsets   string  read individually, of that epoch, separated by commas
-- @arg   unread    int     for those who are told; -1 to tell nobody
-- @arg   except    string  the session that reads, or ''
-- @reply OK | CHANGED | NOT_MEMBER
local part, links, sessions, state, groups = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local seen, kept = KEYS[6], KEYS[7]
local user, name, field, group, expected = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local offset, epoch, offsets, unread, except = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]

if redis.call('EXISTS', state) == 0 then return { 'NOT_MEMBER' } end
local version, join_offset, join_epoch, current
if field ~= '' then
  current = redis.call('HGET', state, field) or ''
else
  local known = redis.call('HGET', groups, group) or ''
  local read_offset, read_epoch
  version, join_offset, join_epoch, read_offset, read_epoch = string.match(known, '^(%d+) (%d+) (%S+) (%d+) (%S+)')
  if not version then return { 'NOT_MEMBER' } end
  current = read_offset .. ' ' .. read_epoch
end
if current ~= expected then return { 'CHANGED' } end

for one in string.gmatch(offsets, '%d+') do mark_seen(seen, one, epoch) end
redis.call('ZREMRANGEBYSCORE', seen, '-inf', offset)
bound_seen(seen)
if offsets ~= '' then note_kept(kept, seen, now_ms()) end
if field ~= '' then
  redis.call('HSET', state, field, offset .. ' ' .. epoch)
else
  local has_seen = redis.call('EXISTS', seen)
  redis.call('HSET', groups, group, table.concat({ version, join_offset, join_epoch, offset, epoch, has_seen }, ' '))
end

if unread ~= '-1' then
  local text = table.concat({ 'read', user, name, offset, unread, except }, '\t') .. '\n'
  local fence = fenced_epoch(part)
  for _, node in ipairs(session_nodes(redis.call('HGET', sessions, user))) do publish(links, node, fence, text) end
end
return { 'OK' }
