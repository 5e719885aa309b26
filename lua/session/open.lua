#!lua
-- Register a session and answer what its device needs to go on: cursors, groups, and the first page of what is
-- missing of the user's own timeline. A second call for the same session changes nothing but its line; one that is sent
-- again because the first was not answered answers the same, also whether the user came online. Sent with every reconnect,
-- so the reply is brief: an epoch that repeats the one before it in a group's entry, or that of `all` in `allFloor`, is `=`.
-- FULL: the user has too many sessions. DISCONNECTED: the backend has ended this one. SWEEP: call again (very many entries had expired).
-- @include clock fence start entries gone seen sessions
-- @key   part       hash    fence
-- @key   sessions   hash    user to sessions
-- @key   disconnected zset  sessions that the backend has ended
-- @key   online     zset    user by online since
-- @key   leaving    zset    user by end of grace
-- @key   users      zset    registry: user by known since
-- @key   holdings   set     what the node holds here
-- @key   log        list    entries
-- @key   state      hash    head, epoch, forks, read cursors
-- @key   gone       zset    offsets that no longer count
-- @key   ttl        zset    offset by expiry
-- @key   groups     hash    the user's groups
-- @key   device     hash    delivery cursors of the device
-- @key   seenUser   zset    offsets of the own timeline read individually
-- @key   seenAll    zset    the same for `all`
-- @arg   user       string  user
-- @arg   session    string  session id
-- @arg   node       string  node id
-- @arg   deviceName string  '' for none
-- @arg   resume     string  position in it, "offset epoch" or ''
-- @arg   limit      int     entries, at most
-- @arg   maxBytes   int     bytes, at most
-- @arg   maxSessions int    sessions of one user, at most
-- @arg   stateMs    int     how long the state is kept without use
-- @arg   retry      int     1 where an earlier attempt may have run
-- @reply OK since:int head:int epoch:string read:int unread:int from:int reset:string reached:int cameOnline:int all:string allFloor:string groups:strings cursors:strings seenAll:strings entries:rows(offset:int entry:bytes)
-- @reply FULL | DISCONNECTED | SWEEP
local part, sessions, disconnected, online, leaving, users = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local holdings, log, state, gone, ttl = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local groups, device, seen_user, seen_all = KEYS[12], KEYS[13], KEYS[14], KEYS[15]
local user, session, node, device_name = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local name, resume = 'user:' .. user, ARGV[5]
local limit, max_bytes = tonumber(ARGV[6]), tonumber(ARGV[7])
local max_sessions, state_ms = tonumber(ARGV[8]), tonumber(ARGV[9])

local now, epoch = now_ms(), fenced_epoch(part)
local lines = redis.call('HGET', sessions, user)
local since = ARGV[10] == '1' and opened_at(lines, session)
local kept, count = lines_without(lines, node, function(open) return open == session end)
if redis.call('ZSCORE', disconnected, session) then return { 'DISCONNECTED' } end
if count >= max_sessions then return { 'FULL' } end
local timeline = load_timeline(state, epoch) or create_timeline(state, epoch, now)
local first = timeline.head - redis.call('LLEN', log) + 1
if not sweep(gone, ttl, first, now) then return { 'SWEEP' } end

local cursors = device_name ~= '' and redis.call('HGETALL', device) or {}
local delivered = ''
for index = 1, #cursors, 2 do
  if cursors[index] == name then delivered = cursors[index + 1] end
end
local stored = redis.call('HMGET', state, 'read', 'all', 'allFloor')
local read = lowered_cursor(part, timeline, stored[1])
local seen = seen_offsets(part, timeline, redis.call('ZRANGE', seen_user, 0, -1))
local unread = count_unread(gone, timeline.head, first, read, seen)
local from, reset = start_of(part, timeline, first, resume, delivered, read, 0)
local rows, reached = {}, from
if limit > 0 then rows, reached = entries_after(log, timeline.head, first, from, limit, max_bytes, now) end

kept[#kept + 1] = table.concat({ session, node, since or now, device_name }, '\t')
redis.call('HSET', sessions, user, table.concat(kept, '\n'))
redis.call('SADD', holdings, 'user\t' .. user)
redis.call('ZREM', leaving, user)
redis.call('ZADD', users, 'NX', now, user)
redis.call('HSET', state, 'lastSeen', now)
redis.call('PEXPIRE', state, state_ms)
local came_online = redis.call('ZADD', online, 'NX', now, user)
if since and tonumber(redis.call('ZSCORE', online, user)) == tonumber(since) then came_online = 1 end

local entries = redis.call('HGETALL', groups)
for index = 2, #entries, 2 do
  entries[index] = string.gsub(entries[index], '^(%S+ %S+ (%S+) %S+) %2( %S+)$', '%1 =%3')
end
local all, floor = stored[2] or '', stored[3] or ''
if all ~= '' and string.match(all, ' (%S+)$') == string.match(floor, ' (%S+)$') then
  floor = string.match(floor, '^%d+') .. ' ='
end
return {
  'OK', timeline.since, timeline.head, timeline.epoch, read, unread, from, reset, reached, came_online,
  all, floor, entries, cursors, redis.call('ZRANGE', seen_all, 0, -1), rows,
}
