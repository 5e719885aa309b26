#!lua
-- Store chunks of a job that is not enqueued yet. What is never enqueued goes by its ttl.
-- @key   chunks  hash    index to partition and users, a line each
-- @arg   ttl     int     ms
-- @arg*  index   int     which chunk
-- @arg*  text    string  partition and users, a line each
-- @reply OK
local chunks = KEYS[1]
local ttl = ARGV[1]

redis.call('HSET', chunks, unpack(ARGV, 2))
redis.call('PEXPIRE', chunks, ttl)
return { 'OK' }
