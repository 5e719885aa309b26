#!lua
-- The group's side of joining, the side that decides: users become members unless a later intent said otherwise.
-- Makes the group where it does not exist. `joined` are those for whom the user's side is to be written; a repetition of
-- the same intent answers them again. `added` counts who was no member before.
-- FULL: the group would have more members than allowed; nothing was changed.
-- @include clock fence timeline
-- @key   part        hash    fence
-- @key   state       hash    head, epoch, forks
-- @key   members     zset    user by version of joining
-- @key   left        zset    user by version of leaving, for an hour
-- @arg   version     int     of the intent
-- @arg   maxMembers  int     members, at most
-- @arg*  user        string  user
-- @reply OK offset:int epoch:string added:int joined:strings
-- @reply FULL
local part, state, members, left = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local version, max_members = tonumber(ARGV[1]), tonumber(ARGV[2])
local FIXED_ARGS = 2

local joining, added = {}, 0
for index = FIXED_ARGS + 1, #ARGV do
  local user = ARGV[index]
  local known = tonumber(redis.call('ZSCORE', members, user) or '-1')
  local gone = tonumber(redis.call('ZSCORE', left, user) or '-1')
  if known == version then
    joining[#joining + 1] = { user = user, is_new = false }
  elseif known < 0 and gone < version then
    joining[#joining + 1] = { user = user, is_new = true }
    added = added + 1
  end
end
if redis.call('ZCARD', members) + added > max_members then return { 'FULL' } end

local epoch = fenced_epoch(part)
local timeline = load_timeline(state, epoch) or create_timeline(state, epoch, now_ms())
local joined = {}
for _, join in ipairs(joining) do
  if join.is_new then
    redis.call('ZADD', members, string.format('%.0f', version), join.user)
    redis.call('ZREM', left, join.user)
  end
  joined[#joined + 1] = join.user
end
return { 'OK', timeline.head, timeline.epoch, added, joined }
