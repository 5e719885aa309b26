#!lua
-- Append one message to a timeline and tell the nodes that hold its audience.
-- Publishing to an unknown user makes them known; an unknown group is answered. `reached` is how many nodes had a session to
-- hand it to.
-- @include clock fence timeline entry retention link audience idempotency
-- @key   part         hash    fence
-- @key   log          list    entries, oldest first
-- @key   state        hash    head, epoch, forks
-- @key   gone         zset    offsets that no longer count
-- @key   ttl          zset    offset by expiry
-- @key   links        hash    node to link sequence
-- @key   audience     hash    sessions of users, or interest of nodes
-- @key   users        zset    registry of users
-- @key   idem         string  answer of an earlier request with the same key
-- @arg   kind         string  user, group or all
-- @arg   owner        string  the user's or group's id, '' for all
-- @arg   timeline     string  name as clients see it
-- @arg   id           string  message id
-- @arg   priority     int     0 urgent to 3 bulk
-- @arg   expires      int     ms, 0 never
-- @arg   typeHash     int     hash of the type
-- @arg   fromHash     int     hash of the sender
-- @arg   cap          int     entries to keep
-- @arg   age          int     ms to keep them
-- @arg   fingerprint  string  of the request; '' without an idempotency key
-- @arg   idemMs       int     how long to remember the answer
-- @arg   retry        int     1 where an earlier attempt may have run
-- @arg   json         bytes   the message
-- @reply OK offset:int epoch:string reached:int
-- @reply DUPLICATE id:string offset:int epoch:string reached:int
-- @reply MISMATCH | UNKNOWN
local part, log, state, gone, ttl = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local links, audience, users, idem = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local kind, owner, name, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local priority, expires = tonumber(ARGV[5]), tonumber(ARGV[6])
local type_hash, from_hash = tonumber(ARGV[7]), tonumber(ARGV[8])
local cap, age = tonumber(ARGV[9]), tonumber(ARGV[10])
local fingerprint, idem_ms, retry, json = ARGV[11], ARGV[12], ARGV[13], ARGV[14]

local RETRY_WINDOW = 64

local function recent_offset(head)
  local recent = redis.call('LRANGE', log, -RETRY_WINDOW, -1)
  for index, entry in ipairs(recent) do
    if string.sub(entry, ID_FROM, ID_TO) == id then return head - #recent + index end
  end
  return nil
end

local now = now_ms()
local earlier = earlier_answer(idem, fingerprint)
if earlier and not earlier.matches then return { 'MISMATCH' } end
if earlier then return { 'DUPLICATE', earlier.id, earlier.offset, earlier.epoch, earlier.reached } end

local epoch = fenced_epoch(part)
local timeline = load_timeline(state, epoch)
if not timeline and kind == 'group' then return { 'UNKNOWN' } end
if timeline and retry == '1' then
  local offset = recent_offset(timeline.head)
  if offset then return { 'DUPLICATE', id, offset, timeline.epoch, 0 } end
end

if not timeline then
  timeline = create_timeline(state, epoch, now)
  if kind == 'user' then redis.call('ZADD', users, 'NX', now, owner) end
end
local offset = timeline.head + 1
local length = redis.call('RPUSH', log, pack_entry(now, expires, priority, type_hash, from_hash, json))
save_head(state, timeline, epoch, offset)
if length > (timeline.cap or cap) then
  length = timeline.cap or cap
  redis.call('LTRIM', log, -length, -1)
  redis.call('ZREMRANGEBYSCORE', gone, '-inf', offset - length)
end
keep_for_age(log, state, kind ~= 'user', timeline, length, timeline.age or age, now)
if expires > 0 then
  redis.call('ZADD', ttl, expires, offset)
  redis.call('PEXPIRE', ttl, (timeline.age or age) * 2)
end

local nodes, reached = audience_nodes(kind, audience, owner)
if #nodes > 0 then
  local text = table.concat({ 'message', name, offset, timeline.epoch, priority }, '\t') .. '\n' .. json
  for _, node in ipairs(nodes) do publish(links, node, epoch, text) end
end
remember_answer(idem, fingerprint, id, offset, timeline.epoch, reached, idem_ms)
return { 'OK', offset, timeline.epoch, reached }
