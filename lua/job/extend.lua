#!lua
-- What a walk over an audience found: chunks to be added to its job, and the cursor from where it goes on, in one step.
-- Whoever goes on with the job carries out these chunks, and walks on behind them. Chunks that are done are dropped, so
-- that a job holds no more than it is working at. Renews the claim. A second run changes nothing.
-- LOST: another worker has taken the job over.
-- @include lanes
-- @key   job     hash    the job
-- @key   lane    stream  its lane
-- @key   chunks  hash    index to partition and users
-- @arg   claim   int     number of the worker's claim
-- @arg   entry   string  id of the job's entry in the lane
-- @arg   first   int     index of the first chunk added: how many there were before
-- @arg   total   int     users found so far
-- @arg   walked  int     users looked at so far
-- @arg   cursor  string  where the walk goes on; 'end' where it is over
-- @arg*  text    string  partition and users, a line each
-- @reply OK | LOST
local job, lane, chunks = KEYS[1], KEYS[2], KEYS[3]
local claim, entry, first, total, walked, cursor = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
local FIXED_ARGS = 6

if not holds_claim(job, claim) then return { 'LOST' } end
local known = redis.call('HMGET', job, 'next', 'dropped')
local done, dropped = tonumber(known[1]), tonumber(known[2] or '0')
-- Those of one walk's step, as what was before is dropped already.
for index = dropped, done - 1 do redis.call('HDEL', chunks, index) end
local count = #ARGV - FIXED_ARGS
for item = 1, count do redis.call('HSET', chunks, first + item - 1, ARGV[FIXED_ARGS + item]) end
redis.call('HSET', job, 'chunks', first + count, 'total', total, 'walked', walked, 'cursor', cursor, 'dropped', done,
  'attempts', 1)
renew_claim(lane, entry)
return { 'OK' }
