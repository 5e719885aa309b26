#!lua
-- Append plain messages, with neither expiry nor idempotency key, to timelines of users of one partition, in the order
-- given, and tell the nodes that hold a session of them. What most messages are, and half the price of timeline/append,
-- which does the same for all others. Unknown users become known. A timeline's epoch as clients see it is made of
-- `epoch` and `since` (lua/includes/timeline.lua); `reached` is how many nodes had a session to hand a message to.
-- @include clock fence timeline entry append link sessions
-- @key   part      hash    fence
-- @key   links     hash    node to link sequence
-- @key   users     zset    registry of users
-- @key   sessions  hash    user to sessions
-- @key*  log       list    entries, oldest first
-- @key*  state     hash    head, epoch, forks
-- @arg   userCap   int     entries to keep of a timeline
-- @arg   age       int     ms to keep them
-- @arg   retry     int     1 where an earlier attempt may have run
-- @arg*  user      string  user
-- @arg*  priority  int     0 urgent to 3 bulk
-- @arg*  json      bytes   the message
-- @reply OK epoch:string answers:rows(offset:int since:int reached:int)
local part, links, users, sessions = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local user_cap, age, retry = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local FIXED_KEYS, KEYS_EACH, FIXED_ARGS, ARGS_EACH = 4, 2, 3, 3
local COLUMNS = 3

local now, epoch, names, answers = now_ms(), fenced_epoch(part), {}, {}
for item = 1, (#KEYS - FIXED_KEYS) / KEYS_EACH do names[item] = ARGV[FIXED_ARGS + (item - 1) * ARGS_EACH + 1] end
local lines = redis.call('HMGET', sessions, unpack(names))

-- Where an attempt whose answer was lost has stored the message: its offset and when the timeline was made.
local function stored(log, state, json)
  local timeline = load_timeline(state, epoch)
  local offset = timeline and recent_offset(log, id_of_json(json), timeline.head)
  if offset then return offset, timeline.since end
  return nil
end

-- Returns how many nodes were told.
local function tell(line, user, priority, json, offset, since)
  local only = only_node(line)
  local nodes = only and { only } or session_nodes(line)
  local position = string.format('\t%d\t%s.%x\t', offset, epoch, since)
  local head = 'message\tuser:' .. user .. position .. priority .. '\t0\n'
  for _, node in ipairs(nodes) do publish(links, node, epoch, head, json) end
  return #nodes
end

for item, user in ipairs(names) do
  local key, arg = FIXED_KEYS + (item - 1) * KEYS_EACH, FIXED_ARGS + (item - 1) * ARGS_EACH
  local log, state, priority, json = KEYS[key + 1], KEYS[key + 2], ARGV[arg + 2], ARGV[arg + 3]
  local offset, since, reached = nil, nil, 0
  if retry == '1' then offset, since = stored(log, state, json) end
  if not offset then
    local entry = pack_header(now, 0, priority) .. json
    offset, since = append_shortly(log, state, epoch, entry, user_cap, age, now)
    if not offset then offset, since = append_to_user(log, state, users, user, epoch, entry, user_cap, age, now) end
    if lines[item] then reached = tell(lines[item], user, priority, json, offset, since) end
  end
  local row = (item - 1) * COLUMNS
  answers[row + 1], answers[row + 2], answers[row + 3] = offset, tonumber(since), reached
end
return { 'OK', epoch, answers }
