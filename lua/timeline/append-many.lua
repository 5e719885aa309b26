#!lua
-- Append one message to the timelines of many users of one partition: a chunk of a list. The chunk's marker makes a
-- second run change nothing. Every node that holds some of the users hears of it once, with the body once. `reached` is
-- the number of such nodes, `own` the position in the sender's timeline, '' where the sender is not among the
-- users.
-- @include clock fence timeline entry append link sessions
-- @key   part      hash    fence
-- @key   links     hash    node to link sequence
-- @key   users     zset    registry of users
-- @key   sessions  hash    user to sessions
-- @key   marker    string  position of the sender's own entry, there once the chunk has run
-- @key*  log       list    entries, oldest first
-- @key*  state     hash    head, epoch, forks
-- @key*  gone      zset    offsets that no longer count
-- @key*  ttl       zset    offset by expiry
-- @arg   userCap   int     entries to keep of a user's timeline
-- @arg   age       int     ms to keep them
-- @arg   priority  int     0 urgent to 3 bulk
-- @arg   expires   int     ms, 0 never
-- @arg   from      string  the sender, or ''
-- @arg   markerMs  int     how long to remember that the chunk has run
-- @arg   json      bytes   the message
-- @arg*  user      string  user
-- @reply OK reached:int own:string | DUPLICATE own:string
local part, links, users, sessions, marker = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local user_cap, age, priority, expires = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local from, marker_ms, json = ARGV[5], ARGV[6], ARGV[7]
local FIXED_KEYS, KEYS_EACH, FIXED_ARGS = 5, 4, 7

local earlier = redis.call('GET', marker)
if earlier then return { 'DUPLICATE', earlier } end

local now, epoch, own = now_ms(), fenced_epoch(part), ''
local entry = pack_header(now, expires, priority) .. json
local lines = redis.call('HMGET', sessions, unpack(ARGV, FIXED_ARGS + 1))
local nodes, recipients = {}, {}

local function tell(node, user, offset, of_epoch)
  local list = recipients[node]
  if not list then
    list = {}
    recipients[node] = list
    nodes[#nodes + 1] = node
  end
  list[#list + 1] = user .. '\t' .. offset .. '\t' .. of_epoch
end

for item = 0, #ARGV - FIXED_ARGS - 1 do
  local key, user = FIXED_KEYS + item * KEYS_EACH, ARGV[FIXED_ARGS + item + 1]
  local log, state, gone, ttl = KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], KEYS[key + 4]
  local timeline = load_timeline(state, epoch) or create_user_timeline(state, users, user, epoch, now)
  local cap, kept_ms = timeline.cap or user_cap, timeline.age or age
  local offset = append_entry(log, state, gone, ttl, timeline, epoch, entry, expires, cap, kept_ms, false, now)
  if user == from then own = offset .. ' ' .. timeline.epoch end
  if lines[item + 1] then
    for _, node in ipairs(session_nodes(lines[item + 1])) do tell(node, user, offset, timeline.epoch) end
  end
end

for _, node in ipairs(nodes) do
  local block = table.concat(recipients[node], '\n')
  local head = table.concat({ 'list', priority, expires, #block }, '\t')
  publish(links, node, epoch, head .. '\n' .. block .. json)
end
redis.call('SET', marker, own, 'PX', marker_ms)
return { 'OK', #nodes, own }
