#!lua flags=no-writes
-- Ids of jobs, newest first. Ids begin with their time, so the order of bytes is that of making.
-- @key   index   zset    ids of jobs
-- @arg   before  string  last id given, '' for the newest
-- @arg   limit   int     at most so many
-- @reply OK ids:strings
local index = KEYS[1]
local before, limit = ARGV[1], ARGV[2]

return { 'OK', redis.call('ZRANGE', index, before == '' and '+' or '(' .. before, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit) }
