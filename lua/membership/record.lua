#!lua
-- Record what is to be done to a group's members before anything is done; the id of the record is the version of the
-- change, and whoever finds an old record completes it.
-- @key   intents  stream  memberships not yet completed
-- @arg   action   string  join
-- @arg   group    string  group
-- @arg   users    string  users as a JSON array
-- @reply OK id:string
local intents = KEYS[1]
local action, group, users = ARGV[1], ARGV[2], ARGV[3]

return { 'OK', redis.call('XADD', intents, '*', 'action', action, 'group', group, 'users', users) }
