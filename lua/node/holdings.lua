#!lua flags=no-writes
-- Some of what a node holds in a partition, for undoing it in chunks: "user<tab>id" and "group<tab>id".
-- @key   holdings  set     what the node holds here
-- @arg   limit     int     how many
-- @reply OK items:strings
local holdings = KEYS[1]
local limit = ARGV[1]

return { 'OK', redis.call('SRANDMEMBER', holdings, limit) }
