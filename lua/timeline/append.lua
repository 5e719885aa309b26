#!lua
-- Append messages to timelines of one partition, in the order given, and tell the nodes that hold their audiences.
-- Publishing to an unknown user makes them known; an unknown group is answered. `reached` is how many nodes had a
-- session to hand a message to. Outcomes: OK, DUPLICATE (of an earlier request with the same key, whose id and position
-- are answered), MISMATCH (the key was used with another request), UNKNOWN (no such group).
-- @include clock fence timeline entry append link audience idempotency
-- @key   part         hash    fence
-- @key   links        hash    node to link sequence
-- @key   users        zset    registry of users
-- @key*  log          list    entries, oldest first
-- @key*  state        hash    head, epoch, forks
-- @key*  ttl          zset    offset by expiry
-- @key*  audience     hash    sessions of users, or interest of nodes
-- @key*  idem         string  answer of an earlier request with the same key
-- @arg   userCap      int     entries to keep of a user's timeline
-- @arg   sharedCap    int     entries to keep of others
-- @arg   age          int     ms to keep them
-- @arg   retry        int     1 where an earlier attempt may have run
-- @arg*  timeline     string  name as clients see it
-- @arg*  id           string  message id
-- @arg*  priority     int     0 urgent to 3 bulk
-- @arg*  expires      int     ms, 0 never
-- @arg*  fingerprint  string  of the request; '' without an idempotency key
-- @arg*  idemMs       int     how long to remember the answer
-- @arg*  json         bytes   the message
-- @reply OK answers:rows(outcome:string id:string offset:int epoch:string reached:int)
local part, links, users = KEYS[1], KEYS[2], KEYS[3]
local user_cap, shared_cap, age, retry = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local FIXED_KEYS, KEYS_EACH, FIXED_ARGS, ARGS_EACH = 3, 5, 4, 7

local now, epoch, answers = now_ms(), fenced_epoch(part), {}

local function answer(outcome, id, offset, of_epoch, reached)
  local at = #answers
  answers[at + 1], answers[at + 2], answers[at + 3], answers[at + 4], answers[at + 5] =
    outcome, id, offset, of_epoch, reached
end

for item = 0, (#KEYS - FIXED_KEYS) / KEYS_EACH - 1 do
  local key, arg = FIXED_KEYS + item * KEYS_EACH, FIXED_ARGS + item * ARGS_EACH
  local log, state, ttl = KEYS[key + 1], KEYS[key + 2], KEYS[key + 3]
  local audience, idem = KEYS[key + 4], KEYS[key + 5]
  local name, id, priority, expires = ARGV[arg + 1], ARGV[arg + 2], tonumber(ARGV[arg + 3]), tonumber(ARGV[arg + 4])
  local fingerprint, idem_ms, json = ARGV[arg + 5], ARGV[arg + 6], ARGV[arg + 7]
  local user = string.sub(name, 1, 5) == 'user:' and string.sub(name, 6) or nil
  local entry = pack_header(now, expires, priority) .. json

  local earlier, offset, since, first = earlier_answer(idem, fingerprint), nil, nil, 0
  if user and not earlier and retry ~= '1' then
    offset, since = append_shortly(log, state, epoch, entry, user_cap, age, now)
  end
  if earlier and earlier.matches then
    answer('DUPLICATE', earlier.id, earlier.offset, earlier.epoch, earlier.reached)
  elseif earlier then
    answer('MISMATCH', '', 0, '', 0)
  elseif not offset then
    local timeline = load_timeline(state, epoch)
    local repeated = timeline and retry == '1' and recent_offset(log, id, timeline.head)
    if repeated then
      answer('DUPLICATE', id, repeated, timeline.epoch, 0)
    elseif not timeline and string.sub(name, 1, 6) == 'group:' then
      answer('UNKNOWN', '', 0, '', 0)
    else
      if not timeline then
        timeline = user and create_user_timeline(state, users, user, epoch, now) or create_timeline(state, epoch, now)
      end
      local cap, kept_ms = timeline.cap or (user and user_cap or shared_cap), timeline.age or age
      since = timeline.since
      offset, first = append_entry(log, state, timeline, epoch, entry, cap, kept_ms, user == nil, now)
    end
  end

  if offset then
    note_expiry(ttl, expires, offset, age)
    local of_epoch = timeline_epoch(epoch, since)
    local nodes, reached = audience_nodes(audience, name, user)
    if #nodes > 0 then
      local text = table.concat({ 'message', name, offset, of_epoch, priority, expires, first }, '\t') .. '\n'
      for _, node in ipairs(nodes) do publish(links, node, epoch, text, json) end
    end
    remember_answer(idem, fingerprint, id, offset, of_epoch, reached, idem_ms)
    answer('OK', id, offset, of_epoch, reached)
  end
end
return { 'OK', answers }
