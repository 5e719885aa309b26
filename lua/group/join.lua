#!lua
-- The group's side of joining, the side that decides: users become members unless a later intent said otherwise.
-- Makes the group where it does not exist. `joined` are those for whom the user's side is to be written; a repetition of
-- the same intent answers them again. `added` counts who was no member before. Members stay as they are; that they were
-- to join again is noted, so that a leaving older than that can't remove them when it comes late. `standing` are those who
-- are members by another intent, with its version: whoever carried that out may have died before the user's side.
-- A leaving before the joining stays noted: gateways take the newest one for the version up to which to ask (attach.lua).
-- FULL: the group would have more members than allowed; nothing was changed. DELETING: it was deleted, and not all of its
-- members are undone yet. A joining that is older than the deletion changes nothing.
-- @include clock fence timeline
-- @key   part        hash    fence
-- @key   state       hash    head, epoch, forks
-- @key   members     zset    user by version of joining
-- @key   left        zset    user by version of leaving, or of joining again, for an hour; '' by that of a deletion
-- @key   removed     zset    members of the group before it was deleted
-- @arg   version     int     of the intent
-- @arg   maxMembers  int     members, at most
-- @arg   oldest      int     version before which leavings are forgotten
-- @arg*  user        string  user
-- @reply OK offset:int epoch:string added:int joined:strings standing:rows(user:string version:int)
-- @reply FULL | DELETING
local part, state, members, left, removed = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local version, max_members, oldest = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local FIXED_ARGS, FORGET_STEP, KEPT_MS, EVERYBODY = 3, 256, 2 * 3600 * 1000, ''

if redis.call('EXISTS', removed) == 1 then return { 'DELETING' } end
local deleted = tonumber(redis.call('ZSCORE', left, EVERYBODY) or '-1')
if deleted >= version then return { 'OK', 0, '', 0, {}, {} } end
local joining, again, standing, added = {}, {}, {}, 0
for index = FIXED_ARGS + 1, #ARGV do
  local user = ARGV[index]
  local known = tonumber(redis.call('ZSCORE', members, user) or '-1')
  local gone = tonumber(redis.call('ZSCORE', left, user) or '-1')
  if known == version then
    joining[#joining + 1] = { user = user, is_new = false }
  elseif known < 0 and gone < version then
    joining[#joining + 1] = { user = user, is_new = true }
    added = added + 1
  elseif known >= 0 then
    standing[#standing + 1] = user
    standing[#standing + 1] = known
    if known < version and gone < version then again[#again + 1] = user end
  end
end
if redis.call('ZCARD', members) + added > max_members then return { 'FULL' } end

for _, user in ipairs(again) do redis.call('ZADD', left, string.format('%.0f', version), user) end
if #again > 0 then
  local forgotten = redis.call('ZRANGEBYSCORE', left, '-inf', '(' .. oldest, 'LIMIT', 0, FORGET_STEP)
  if #forgotten > 0 then redis.call('ZREM', left, unpack(forgotten)) end
  redis.call('PEXPIRE', left, KEPT_MS)
end

local epoch = fenced_epoch(part)
local timeline = load_timeline(state, epoch) or create_timeline(state, epoch, now_ms())
local joined = {}
for _, join in ipairs(joining) do
  if join.is_new then
    redis.call('ZADD', members, string.format('%.0f', version), join.user)
  end
  joined[#joined + 1] = join.user
end
return { 'OK', timeline.head, timeline.epoch, added, joined, standing }
