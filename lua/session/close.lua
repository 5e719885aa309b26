#!lua flags=allow-oom
-- Undo the registration of a session. A user without any other is leaving: offline when the grace is over.
-- @include clock sessions
-- @key   sessions   hash    user to sessions
-- @key   leaving    zset    user by end of grace
-- @key   state      hash    the user's timeline
-- @key   holdings   set     what the node holds here
-- @arg   user       string  user
-- @arg   session    string  session id
-- @arg   node       string  node id
-- @arg   graceMs    int     until the user counts as offline
-- @reply OK leaving:int
local sessions, leaving, state, holdings = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local user, session, node, grace = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

local lines = redis.call('HGET', sessions, user)
if not lines then
  redis.call('SREM', holdings, 'user\t' .. user)
  return { 'OK', 0 }
end
local now = now_ms()
local kept, _, here = lines_without(lines, node, function(open) return open == session end)
if here == 0 then redis.call('SREM', holdings, 'user\t' .. user) end
if redis.call('EXISTS', state) == 1 then redis.call('HSET', state, 'lastSeen', now) end
return { 'OK', store_lines(sessions, leaving, user, kept, now + grace) }
