#!lua flags=allow-oom
-- Acknowledge an entry, drop it or keep it in the stream, and answer it, where Redis refuses a transaction because its
-- memory is full.
-- @key   stream   stream  requests or events
-- @key   channel  string  the sharded channel of who asked; any in the slot of the stream where nobody is answered
-- @arg   group    string  consumer group
-- @arg   entry    string  id of the entry
-- @arg   keep     int     1: it stays in the stream
-- @arg   reply    string  the answer, '' for none
-- @reply OK
local stream, channel = KEYS[1], KEYS[2]
local group, entry, keep, reply = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

redis.call('XACK', stream, group, entry)
if keep ~= '1' then redis.call('XDEL', stream, entry) end
if reply ~= '' then redis.call('SPUBLISH', channel, reply) end
return { 'OK' }
