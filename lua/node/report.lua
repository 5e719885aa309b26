#!lua flags=allow-oom
-- Keep what a node says of itself, for operators to look at. GONE: it holds no lease, so nothing is kept.
-- @key   nodes    hash    node to "<end of its lease> <sessions>"
-- @key   reports  hash    node to its latest report
-- @arg   node     string  node id
-- @arg   report   string  the report as JSON
-- @reply OK | GONE
local nodes, reports = KEYS[1], KEYS[2]
local node, report = ARGV[1], ARGV[2]

if redis.call('HEXISTS', nodes, node) == 0 then return { 'GONE' } end
redis.call('HSET', reports, node, report)
return { 'OK' }
