#!lua
-- Tell the nodes that hold an audience now, and keep nothing.
-- @include fence link audience idempotency
-- @key   part         hash    fence
-- @key   state        hash    of the group, to know whether it exists
-- @key   links        hash    node to link sequence
-- @key   audience     hash    sessions of users, or interest of nodes
-- @key   idem         string  answer of an earlier request with the same key
-- @arg   timeline     string  name as clients see it
-- @arg   id           string  message id
-- @arg   priority     int     0 urgent to 3 bulk
-- @arg   fingerprint  string  of the request; '' without an idempotency key
-- @arg   idemMs       int     how long to remember the answer
-- @arg   json         bytes   the message
-- @reply OK reached:int
-- @reply DUPLICATE id:string reached:int
-- @reply MISMATCH | UNKNOWN
local part, state, links, audience, idem = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local name, id, priority = ARGV[1], ARGV[2], ARGV[3]
local fingerprint, idem_ms, json = ARGV[4], ARGV[5], ARGV[6]

local earlier = earlier_answer(idem, fingerprint)
if earlier and not earlier.matches then return { 'MISMATCH' } end
if earlier then return { 'DUPLICATE', earlier.id, earlier.reached } end
if string.sub(name, 1, 6) == 'group:' and redis.call('EXISTS', state) == 0 then return { 'UNKNOWN' } end

local epoch = fenced_epoch(part)
local nodes, reached = audience_nodes(audience, name, string.match(name, '^user:(.*)'))
local text = table.concat({ 'ephemeral', name, priority }, '\t') .. '\n' .. json
for _, node in ipairs(nodes) do publish(links, node, epoch, text) end
remember_answer(idem, fingerprint, id, 0, '-', reached, idem_ms)
return { 'OK', reached }
