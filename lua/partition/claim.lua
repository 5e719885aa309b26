#!lua
-- Settle the number of partitions at first start; a service with another number must not start.
-- @key   config      hash    settings that all services share
-- @arg   partitions  int     the number this service is set to
-- @reply OK | OTHER partitions:int
local config = KEYS[1]
local partitions = ARGV[1]

redis.call('HSETNX', config, 'partitions', partitions)
local stored = redis.call('HGET', config, 'partitions')
if stored == partitions then return { 'OK' } end
return { 'OTHER', tonumber(stored) }
