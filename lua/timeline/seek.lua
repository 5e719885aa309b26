#!lua flags=no-writes
-- The position before the first entry stored at `time` or later: where somebody's share of `all` begins.
-- @include fence timeline entry
-- @key   part   hash    fence
-- @key   log    list    entries
-- @key   state  hash    head, epoch
-- @arg   time   int     ms
-- @reply OK offset:int epoch:string | UNKNOWN | TAKE
local part, log, state = KEYS[1], KEYS[2], KEYS[3]
local time = tonumber(ARGV[1])

local epoch = owned_epoch(part)
if not epoch then return { 'TAKE' } end
local timeline = load_timeline(state, epoch)
if not timeline then return { 'UNKNOWN' } end
local length = redis.call('LLEN', log)
return { 'OK', timeline.head - length + stored_before(log, length, time), timeline.epoch }
