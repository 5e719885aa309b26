#!lua flags=no-writes
-- Dead letters, newest first: the id of each in the stream, and of its job.
-- @key   dead    stream  dead letters
-- @arg   before  string  id of the last one given, '' for the newest
-- @arg   limit   int     at most so many
-- @reply OK letters:rows(letter:string job:string)
local dead = KEYS[1]
local before, limit = ARGV[1], ARGV[2]

local letters = {}
for _, entry in ipairs(redis.call('XREVRANGE', dead, before == '' and '+' or '(' .. before, '-', 'COUNT', limit)) do
  letters[#letters + 1] = entry[1]
  letters[#letters + 1] = entry[2][2]
end
return { 'OK', letters }
