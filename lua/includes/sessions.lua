-- A user's open sessions, one line each: session, node, since (ms), device, separated by tabs.

-- The node of a user with one session, the most common case; nil where there are more.
local function only_node(lines)
  if string.find(lines, '\n', 1, true) then return nil end
  -- Plain searches: a pattern costs twice as much.
  local before = string.find(lines, '\t', 1, true)
  return string.sub(lines, before + 1, string.find(lines, '\t', before + 1, true) - 1)
end

-- The distinct nodes that hold a session of the user; empty where there is none.
local function session_nodes(lines)
  local nodes, known = {}, {}
  for node in string.gmatch(lines or '', '[^\t\n]+\t([^\t\n]+)\t%d+\t[^\n]*') do
    if not known[node] then
      known[node] = true
      nodes[#nodes + 1] = node
    end
  end
  return nodes
end

-- The lines without those that `is_removed(session, node)` picks, how many are left, and how many of them on `at`.
local function lines_without(lines, at, is_removed)
  local kept, here = {}, 0
  for session, node, rest in string.gmatch(lines or '', '([^\t\n]+)\t([^\t\n]+)\t([^\n]*)') do
    if not is_removed(session, node) then
      kept[#kept + 1] = session .. '\t' .. node .. '\t' .. rest
      if node == at then here = here + 1 end
    end
  end
  return kept, #kept, here
end

-- When that session was opened (ms, as text), or nil.
local function opened_at(lines, wanted)
  for session, since in string.gmatch(lines or '', '([^\t\n]+)\t[^\t\n]+\t(%d+)\t[^\n]*') do
    if session == wanted then return since end
  end
end

-- Stores what is left of a user's sessions. Without any the user is leaving: still online until the grace is over.
local function store_lines(sessions, leaving, user, kept, due)
  if #kept > 0 then
    redis.call('HSET', sessions, user, table.concat(kept, '\n'))
    return 0
  end
  redis.call('HDEL', sessions, user)
  redis.call('ZADD', leaving, 'NX', due, user)
  return 1
end
