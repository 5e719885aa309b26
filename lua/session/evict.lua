#!lua flags=allow-oom
-- Undo what a dead node held for some users of the partition. Answers who has no session left.
-- @include clock sessions
-- @key   sessions   hash    user to sessions
-- @key   leaving    zset    user by end of grace
-- @key   holdings   set     what the node held here
-- @arg   node       string  the dead node
-- @arg   graceMs    int     until the users count as offline
-- @arg*  user       string  one of the node's users
-- @reply OK leaving:int
local sessions, leaving, holdings = KEYS[1], KEYS[2], KEYS[3]
local node, grace = ARGV[1], tonumber(ARGV[2])
local FIXED_ARGS = 2

local due, gone_users = now_ms() + grace, 0
for index = FIXED_ARGS + 1, #ARGV do
  local user = ARGV[index]
  local lines = redis.call('HGET', sessions, user)
  if lines then
    local kept = lines_without(lines, node, function(_, held) return held == node end)
    gone_users = gone_users + store_lines(sessions, leaving, user, kept, due)
  end
  redis.call('SREM', holdings, 'user\t' .. user)
end
return { 'OK', gone_users }
