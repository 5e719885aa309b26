#!lua flags=no-writes
-- Which of some users are in a group together with another user, of groups of one partition. The group's side decides for
-- both of them, because the users' side of a large group that was deleted is undone later.
-- @key*  members  zset    user by version of joining
-- @arg   user     string  the one whose fellows they would be
-- @arg   others   string  users, separated by newlines, which no id contains
-- @reply OK fellows:strings
local user, list = ARGV[1], ARGV[2]

local others, fellows = {}, {}
for other in string.gmatch(list, '[^\n]+') do others[#others + 1] = other end
for _, members in ipairs(KEYS) do
  if #others > 0 and redis.call('ZSCORE', members, user) then
    local versions, rest = redis.call('ZMSCORE', members, unpack(others)), {}
    for index, other in ipairs(others) do
      local found = versions[index] and fellows or rest
      found[#found + 1] = other
    end
    others = rest
  end
end
return { 'OK', fellows }
