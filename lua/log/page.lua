#!lua flags=no-writes
-- Some entries of the publish log, newest first.
-- @key   log     stream  an entry for some messages
-- @arg   from    string  id of the newest entry to answer, or '+'
-- @arg   limit   int     entries, at most
-- @reply OK entries:rows(entry:string records:string)
local log = KEYS[1]
local from, limit = ARGV[1], ARGV[2]

local rows = {}
for _, entry in ipairs(redis.call('XREVRANGE', log, from, '-', 'COUNT', limit)) do
  rows[#rows + 1] = entry[1]
  rows[#rows + 1] = entry[2][4]
end
return { 'OK', rows }
