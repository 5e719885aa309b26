#!lua flags=allow-oom
-- As membership/record, for what takes members away: it goes on where memory is full, when others are refused.
-- @key   intents  stream  memberships not yet completed
-- @arg   action   string  leave, delete or erase
-- @arg   group    string  group
-- @arg   users    string  users as a JSON array
-- @arg   version  string  of the change where its request says; '' for that of the record
-- @reply OK id:string
local intents = KEYS[1]
local action, group, users, version = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local fields = { 'action', action, 'group', group, 'users', users, 'version', version }
return { 'OK', redis.call('XADD', intents, '*', unpack(fields)) }
