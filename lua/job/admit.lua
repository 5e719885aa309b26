#!lua flags=no-writes
-- Whether a job may be stored: nothing of it is, yet. Its lane may be full, or an earlier request with the same
-- idempotency key have made the job already.
-- @include idempotency
-- @key   lane         stream  jobs of one priority
-- @key   idem         string  answer of an earlier request with the same key
-- @arg   depth        int     jobs that the lane may hold; 0 for one that goes into the schedule
-- @arg   fingerprint  string  of the request; '' without an idempotency key
-- @reply OK | FULL | MISMATCH | DUPLICATE id:string due:int
local lane, idem = KEYS[1], KEYS[2]
local depth, fingerprint = tonumber(ARGV[1]), ARGV[2]

local earlier = earlier_answer(idem, fingerprint)
if earlier and not earlier.matches then return { 'MISMATCH' } end
if earlier then return { 'DUPLICATE', earlier.id, earlier.offset } end
if depth > 0 and redis.call('XLEN', lane) >= depth then return { 'FULL' } end
return { 'OK' }
