#!lua flags=allow-oom
-- As membership/record, for what takes members away: it goes on where memory is full, when others are refused.
-- @key   intents  stream  memberships not yet completed
-- @arg   action   string  leave, delete or erase
-- @arg   group    string  group
-- @arg   users    string  users as a JSON array
-- @reply OK id:string
local intents = KEYS[1]
local action, group, users = ARGV[1], ARGV[2], ARGV[3]

return { 'OK', redis.call('XADD', intents, '*', 'action', action, 'group', group, 'users', users) }
