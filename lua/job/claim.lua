#!lua
-- Claim a job for a worker, from the first of the lanes that has one. What another worker left behind (it has not renewed
-- its claim for `idleMs`) comes before what is new. `lane` counts from 0 in the order given, `left` is 1 for what was left
-- behind.
-- @include fence lanes
-- @key   part    hash    fence
-- @key*  lane    stream  jobs of one priority
-- @arg   idleMs  int     ms
-- @reply OK lane:int entry:string job:string left:int | EMPTY
local part = KEYS[1]
local idle = ARGV[1]
local FIXED_KEYS = 1

fenced_epoch(part)
for item = 1, #KEYS - FIXED_KEYS do
  local lane = KEYS[FIXED_KEYS + item]
  local entry, job, was_left = next_in_lane(lane, idle)
  if entry then return { 'OK', item - 1, entry, job, was_left and 1 or 0 } end
end
return { 'EMPTY' }
