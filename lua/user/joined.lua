#!lua
-- The users' side of joining: the group enters each user's index with the position at joining, which is also where
-- their reading begins. Their open sessions are told. An intent older than what is there changes nothing.
-- `full` are those who are in too many groups already.
-- @include clock fence timeline sessions link
-- @key   part       hash    fence
-- @key   links      hash    node to link sequence
-- @key   sessions   hash    user to sessions
-- @key   users      zset    registry of users
-- @key*  groups     hash    the user's groups
-- @key*  state      hash    the user's timeline
-- @arg   group      string  group
-- @arg   version    int     of the intent
-- @arg   offset     int     head of the group at joining
-- @arg   epoch      string  its epoch
-- @arg   maxGroups  int     groups of a user, at most
-- @arg   oldest     int     version before which leavings are forgotten
-- @arg*  user       string  user
-- @reply OK full:strings
local part, links, sessions, users = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, version, offset, epoch = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local max_groups, oldest = tonumber(ARGV[5]), tonumber(ARGV[6])
local FIXED_KEYS, KEYS_EACH, FIXED_ARGS = 4, 2, 6

-- How many other groups the user is in; forgets on the way what was left long ago.
local function group_count(groups)
  local count, known = 0, redis.call('HGETALL', groups)
  for index = 1, #known, 2 do
    local left = string.match(known[index + 1], '^%-(%d+)')
    if not left then
      if known[index] ~= group then count = count + 1 end
    elseif tonumber(left) < oldest then
      redis.call('HDEL', groups, known[index])
    end
  end
  return count
end

local now, fence, full = now_ms(), fenced_epoch(part), {}
local value = table.concat({ version, offset, epoch, offset, epoch, 0 }, ' ')
for item = 0, #ARGV - FIXED_ARGS - 1 do
  local groups, state = KEYS[FIXED_KEYS + item * KEYS_EACH + 1], KEYS[FIXED_KEYS + item * KEYS_EACH + 2]
  local user = ARGV[FIXED_ARGS + item + 1]
  local known = tonumber(string.match(redis.call('HGET', groups, group) or '', '^%-?(%d+)') or '-1')
  if known < tonumber(version) then
    if group_count(groups) >= max_groups then
      full[#full + 1] = user
    else
      if not load_timeline(state, fence) then
        create_timeline(state, fence, now)
        redis.call('ZADD', users, 'NX', now, user)
      end
      redis.call('HSET', groups, group, value)
      redis.call('PERSIST', groups)
      local text = table.concat({ 'joined', user, group, version, offset, epoch }, '\t') .. '\n'
      for _, node in ipairs(session_nodes(redis.call('HGET', sessions, user))) do publish(links, node, fence, text) end
    end
  end
end
return { 'OK', full }
