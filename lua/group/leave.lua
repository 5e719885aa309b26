#!lua flags=allow-oom
-- The group's side of leaving, the side that decides. Tells the nodes on the group's own links, so that no message
-- accepted later can reach those who left. An older joining that comes late finds the version kept here for an hour.
-- `left` are those for whom the user's side is to be written; a repetition of the same intent answers them again.
-- @include fence link
-- @key   part     hash    fence
-- @key   links    hash    node to link sequence
-- @key   members  zset    user by version of joining
-- @key   leavers  zset    user by version of leaving, or of joining again
-- @key   nodes    hash    interest of nodes
-- @arg   group    string  group
-- @arg   version  int     of the intent
-- @arg   oldest   int     version before which leavings are forgotten
-- @arg*  user     string  user
-- @reply OK removed:int left:strings
local part, links, members, leavers, nodes = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local group, version, oldest = ARGV[1], ARGV[2], ARGV[3]
local FIXED_ARGS, FORGET_STEP, KEPT_MS = 3, 256, 2 * 3600 * 1000

local intent, removed, left = tonumber(version), 0, {}
for index = FIXED_ARGS + 1, #ARGV do
  local user = ARGV[index]
  local known = tonumber(redis.call('ZSCORE', members, user) or '-1')
  local gone = tonumber(redis.call('ZSCORE', leavers, user) or '-1')
  if known < intent and gone <= intent then
    if known >= 0 then
      redis.call('ZREM', members, user)
      removed = removed + 1
    end
    redis.call('ZADD', leavers, version, user)
    left[#left + 1] = user
  end
end
local forgotten = redis.call('ZRANGEBYSCORE', leavers, '-inf', '(' .. oldest, 'LIMIT', 0, FORGET_STEP)
if #forgotten > 0 then redis.call('ZREM', leavers, unpack(forgotten)) end
redis.call('PEXPIRE', leavers, KEPT_MS)

if #left > 0 then
  local epoch = fenced_epoch(part)
  local text = table.concat({ 'left', group, version }, '\t') .. '\n' .. table.concat(left, '\n')
  for _, node in ipairs(redis.call('HKEYS', nodes)) do publish(links, node, epoch, text) end
end
return { 'OK', removed, left }
