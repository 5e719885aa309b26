#!lua flags=no-writes
-- Membership changes recorded longer than `idleMs` ago and not completed, oldest first.
-- @include clock
-- @key   intents  stream  memberships not yet completed
-- @arg   idleMs   int     ms
-- @arg   limit    int     records, at most
-- @reply OK records:rows(id:string action:string group:string users:string version:string)
local intents = KEYS[1]
local idle, limit = tonumber(ARGV[1]), ARGV[2]

local rows = {}
local last = string.format('%.0f', now_ms() - idle)
for _, record in ipairs(redis.call('XRANGE', intents, '-', last, 'COUNT', limit)) do
  local fields = record[2]
  for _, field in ipairs({ record[1], fields[2], fields[4], fields[6], fields[8] or '' }) do rows[#rows + 1] = field end
end
return { 'OK', rows }
