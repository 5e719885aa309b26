#!lua flags=allow-oom
-- Set how many users of a group a node holds; with 0 its interest ends and it hears no more of the group.
-- @key   nodes     hash    interest of nodes
-- @key   holdings  set     what the node holds here
-- @arg   group     string  group
-- @arg   node      string  node id
-- @arg   users     int     users of the group on the node
-- @reply OK
local nodes, holdings = KEYS[1], KEYS[2]
local group, node, users = ARGV[1], ARGV[2], ARGV[3]

if users == '0' then
  redis.call('HDEL', nodes, node)
  redis.call('SREM', holdings, 'group\t' .. group)
else
  redis.call('HSET', nodes, node, users)
  redis.call('SADD', holdings, 'group\t' .. group)
end
return { 'OK' }
