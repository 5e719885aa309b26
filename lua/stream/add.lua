#!lua flags=allow-oom
-- Add an entry where Redis refuses XADD because its memory is full: what waits in a stream of the transport is bounded by
-- number and by deadlines, and a service must be reachable to make room.
-- @key   stream   stream  requests
-- @arg*  part     string  arguments of XADD after the key
-- @reply OK entry:string
local stream = KEYS[1]

return { 'OK', redis.call('XADD', stream, unpack(ARGV)) }
