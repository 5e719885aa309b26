#!lua flags=no-writes
-- The totals that all services count together; `now` where nothing has been counted yet.
-- @include clock
-- @key   totals  hash    name to sum, and since when
-- @reply OK now:int sums:rows(name:string sum:string)
local totals = KEYS[1]

return { 'OK', now_ms(), redis.call('HGETALL', totals) }
