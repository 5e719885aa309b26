#!lua flags=allow-oom
-- Drop the record of a membership change that has been carried out on both sides.
-- @key   intents  stream  memberships not yet completed
-- @arg   id       string  id of the record
-- @reply OK
local intents = KEYS[1]
local id = ARGV[1]

redis.call('XDEL', intents, id)
return { 'OK' }
