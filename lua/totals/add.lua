#!lua flags=allow-oom
-- Add to the totals that all services count together. Their names are fixed ones, so the hash is small.
-- @include clock
-- @key   totals  hash    name to sum, and since when
-- @arg*  name    string  what was counted
-- @arg*  amount  int     how much since the last call
-- @reply OK
local totals = KEYS[1]
local ARGS_EACH = 2

redis.call('HSETNX', totals, 'since', now_ms())
for index = 1, #ARGV, ARGS_EACH do redis.call('HINCRBY', totals, ARGV[index], ARGV[index + 1]) end
return { 'OK' }
