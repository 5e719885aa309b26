#!lua flags=no-writes
-- The live nodes with their leases and latest reports, and the last ones that are gone, newest first: for operators.
-- @include clock
-- @key   nodes    hash    node to "<end of its lease> <sessions>"
-- @key   reports  hash    node to its latest report
-- @key   gone     list    "<node><tab><ms><tab><died or left><tab><its last report>"
-- @reply OK now:int gone:list nodes:rows(node:string lease:string) reports:rows(node:string report:string)
local nodes, reports, gone = KEYS[1], KEYS[2], KEYS[3]

return {
  'OK',
  now_ms(),
  redis.call('LRANGE', gone, 0, -1),
  redis.call('HGETALL', nodes),
  redis.call('HGETALL', reports),
}
