-- Which nodes must hear of a timeline: those that hold a session of the user, or registered interest in the group, or
-- (for `all`) every node. `all` is kept as node to "<end of lease> <sessions>".
-- @include sessions

-- The nodes to tell, and how many of them have anybody to hand it to.
local function audience_nodes(audience, name, user)
  if user then
    local nodes = session_nodes(redis.call('HGET', audience, user))
    return nodes, #nodes
  end
  if name ~= 'all' then
    local nodes = redis.call('HKEYS', audience)
    return nodes, #nodes
  end
  local nodes, reached, leases = {}, 0, redis.call('HGETALL', audience)
  for index = 1, #leases, 2 do
    nodes[#nodes + 1] = leases[index]
    if not string.find(leases[index + 1], ' 0$') then reached = reached + 1 end
  end
  return nodes, reached
end
