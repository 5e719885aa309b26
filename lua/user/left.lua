#!lua flags=allow-oom
-- The users' side of leaving: what is kept of the group is its version, for an hour, so that an older joining that
-- comes late changes nothing.
-- @key*  groups   hash    the user's groups
-- @arg   group    string  group
-- @arg   version  int     of the intent
-- @reply OK
local group, version = ARGV[1], ARGV[2]

for _, groups in ipairs(KEYS) do
  local known = tonumber(string.match(redis.call('HGET', groups, group) or '', '^%-?(%d+)') or '-1')
  if known < tonumber(version) then redis.call('HSET', groups, group, '-' .. version) end
end
return { 'OK' }
