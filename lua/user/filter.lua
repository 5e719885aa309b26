#!lua flags=no-writes
-- Which of some users of one partition fit a filter, in the order given. Whoever is not known (any more) fits none.
-- @include filter
-- @key   users   zset    registry: user by known since
-- @key*  info    hash    attributes
-- @arg   filter  string  the filter, encoded
-- @arg*  user    string  user
-- @reply OK fitting:strings
local users = KEYS[1]
local filter = ARGV[1]
local FIXED_KEYS, FIXED_ARGS = 1, 1

local names, fits = compile_filter(filter)
local known = redis.call('ZMSCORE', users, unpack(ARGV, FIXED_ARGS + 1))
local fitting = {}
for item = 1, #known do
  local info = KEYS[FIXED_KEYS + item]
  if known[item] and fits(redis.call('HMGET', info, unpack(names))) then fitting[#fitting + 1] = ARGV[FIXED_ARGS + item] end
end
return { 'OK', fitting }
