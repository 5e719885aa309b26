#!lua flags=no-writes
-- Offsets read individually ahead of the read cursor, for some timelines of a user, each separated by commas.
-- @key*  seen  zset    offsets
-- @reply OK offsets:strings
local lists = {}
for index, seen in ipairs(KEYS) do lists[index] = table.concat(redis.call('ZRANGE', seen, 0, -1), ',') end
return { 'OK', lists }
