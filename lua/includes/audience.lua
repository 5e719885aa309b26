-- Which nodes must hear of a timeline: those that hold a session of the user, or registered interest in the group, or
-- (for `all`) every node.
-- @include sessions

local function audience_nodes(kind, audience, user)
  if kind == 'user' then return session_nodes(redis.call('HGET', audience, user)) end
  return redis.call('HKEYS', audience)
end
