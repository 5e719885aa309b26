#!lua flags=no-writes
-- How many jobs there are: scheduled (or waiting for another attempt), dead, and in each lane, those worked at among them.
-- @key   schedule  zset    "<lane>/<id>" by the time at which it is due
-- @key   dead      stream  dead letters
-- @key*  lane      stream  jobs of one priority
-- @reply OK scheduled:int dead:int lanes:rows(depth:int running:int)
local schedule, dead = KEYS[1], KEYS[2]
local FIXED_KEYS, GROUP = 2, 'workers'

local lanes = {}
for item = 1, #KEYS - FIXED_KEYS do
  local lane = KEYS[FIXED_KEYS + item]
  local depth = redis.call('XLEN', lane)
  lanes[#lanes + 1] = depth
  lanes[#lanes + 1] = depth > 0 and redis.call('XPENDING', lane, GROUP)[1] or 0
end
return { 'OK', redis.call('ZCARD', schedule), redis.call('XLEN', dead), lanes }
