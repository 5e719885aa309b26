#!lua
-- Of several processes one has the turn to send what operators look at, until `ms` have passed.
-- @key   turn  string  there while somebody has had it
-- @arg   ms    int     how long it lasts
-- @reply OK | TAKEN
local turn = KEYS[1]
local ms = ARGV[1]

if not redis.call('SET', turn, '', 'NX', 'PX', ms) then return { 'TAKEN' } end
return { 'OK' }
