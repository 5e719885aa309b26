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
-- @key*? ttl       zset    offset by expiry; where the message has one
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
local FIXED_KEYS, KEYS_EACH, FIXED_ARGS = 5, 2, 7
local users_here = #ARGV - FIXED_ARGS
local keys_each = (#KEYS - FIXED_KEYS) / users_here

local earlier = redis.call('GET', marker)
if earlier then return { 'DUPLICATE', earlier } end

local now, epoch, own = now_ms(), fenced_epoch(part), ''
local entry = pack_header(now, expires, priority) .. json
local lines = redis.call('HMGET', sessions, unpack(ARGV, FIXED_ARGS + 1))
-- By node the lines to publish, the first of them left free for the head, and how many bytes the recipients' lines have.
local nodes, recipients, bytes = {}, {}, {}

local function tell(node, line)
  local list = recipients[node]
  if not list then
    list = { '' }
    recipients[node], bytes[node] = list, -1
    nodes[#nodes + 1] = node
  end
  list[#list + 1] = line
  bytes[node] = bytes[node] + #line + 1
end

local function tell_each(among, line)
  for _, node in ipairs(among) do tell(node, line) end
end

for item = 1, users_here do
  local key, user = FIXED_KEYS + (item - 1) * keys_each, ARGV[FIXED_ARGS + item]
  local log, state = KEYS[key + 1], KEYS[key + 2]
  local offset, since = append_shortly(log, state, epoch, entry, user_cap, age, now)
  if not offset then offset, since = append_to_user(log, state, users, user, epoch, entry, user_cap, age, now) end
  local ttl = KEYS[key + 3]
  if keys_each > KEYS_EACH then note_expiry(ttl, expires, offset, age) end
  if user == from then own = offset .. ' ' .. timeline_epoch(epoch, since) end
  if lines[item] then
    local line = user .. string.format('\t%d\t', offset) .. since
    local only = only_node(lines[item])
    if only then tell(only, line) else tell_each(session_nodes(lines[item]), line) end
  end
end

for _, node in ipairs(nodes) do
  local list = recipients[node]
  list[#list] = list[#list] .. json
  publish_lines(links, node, epoch, table.concat({ 'list', priority, expires, bytes[node] }, '\t'), list)
end
redis.call('SET', marker, own, 'PX', marker_ms)
return { 'OK', #nodes, own }
