#!lua flags=no-writes
-- Chunks of a job by their indexes, '' for one that is not there.
-- @key   chunks  hash    index to partition and users
-- @arg*  index   int     which chunk
-- @reply OK texts:list
local chunks = KEYS[1]

local texts = redis.call('HMGET', chunks, unpack(ARGV))
for index = 1, #texts do texts[index] = texts[index] or '' end
return { 'OK', texts }
