#!lua
-- Add to the publish log what a process accepted lately, and drop the oldest entries as long as `cap` messages are left.
-- @key   log      stream  an entry for some messages: their number, and a line of JSON each
-- @key   count    string  messages in the log
-- @arg   cap      int     messages to keep, at least
-- @arg   number   int     messages of this entry
-- @arg   records  string  a line of JSON for each, oldest first
-- @reply OK kept:int
local log, count = KEYS[1], KEYS[2]
local cap, number, records = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local DROPS_PER_CALL = 64

redis.call('XADD', log, '*', 'number', number, 'records', records)
local kept = redis.call('INCRBY', count, number)
for _ = 1, DROPS_PER_CALL do
  local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  local held = tonumber(oldest[2][2])
  if kept - held < cap then break end
  redis.call('XDEL', log, oldest[1])
  kept = redis.call('DECRBY', count, held)
end
return { 'OK', kept }
