#!lua flags=allow-oom
-- Retract a message: a tombstone takes the place of its entry, so that its offset stays used and counts no more, and the
-- nodes that hold the audience are told. The entry is looked for among those stored since `since`, or from the offset
-- `from` on where an earlier call came no further (MORE: call again with `next`). A tombstone keeps the id, so that a
-- repetition is told from a message that is not there: ALREADY, ABSENT. UNKNOWN: there is no such timeline.
-- @include fence timeline entry link audience
-- @key   part      hash    fence
-- @key   links     hash    node to link sequence
-- @key   log       list    entries, oldest first
-- @key   state     hash    head, epoch, forks
-- @key   gone      zset    offsets that no longer count
-- @key   ttl       zset    offset by expiry
-- @key   audience  hash    sessions of users, or interest of nodes
-- @arg   timeline  string  name as clients see it
-- @arg   id        string  message id
-- @arg   since     int     ms; it was stored then or later
-- @arg   from      int     offset to look from, 0 for the first one stored since then
-- @arg   limit     int     entries to look at, at most
-- @arg   maxBytes  int     bytes to look at, at most (one step of 16 entries may exceed it)
-- @reply OK offset:int epoch:string
-- @reply MORE next:int
-- @reply ALREADY | ABSENT | UNKNOWN
local part, links, log, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local gone, ttl, audience = KEYS[5], KEYS[6], KEYS[7]
local name, id, since, from = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local limit, max_bytes = tonumber(ARGV[5]), tonumber(ARGV[6])
local STEP, GONE_KEPT_MS = 16, 91 * 24 * 3600 * 1000

local epoch = fenced_epoch(part)
local timeline = load_timeline(state, epoch)
if not timeline then return { 'UNKNOWN' } end
local length = redis.call('LLEN', log)
local first = timeline.head - length + 1
local at = from > 0 and math.max(from, first) or first + stored_before(log, length, since)

local found, entry
local looked, bytes = 0, 0
-- bounded: `limit` entries, or `max_bytes`, or the head
while not found and at <= timeline.head do
  if looked >= limit or bytes >= max_bytes then return { 'MORE', at } end
  for _, one in ipairs(redis.call('LRANGE', log, at - first, at - first + STEP - 1)) do
    if message_id(one) == id then
      found, entry = at, one
      break
    end
    at, looked, bytes = at + 1, looked + 1, bytes + #one
  end
end
if not found then return { 'ABSENT' } end
if is_gone(entry) then return { 'ALREADY' } end

redis.call('LSET', log, found - first, pack_tombstone(entry))
redis.call('ZREM', ttl, found)
redis.call('ZADD', gone, found, found)
redis.call('ZREMRANGEBYSCORE', gone, '-inf', '(' .. first)
redis.call('PEXPIRE', gone, GONE_KEPT_MS)
local nodes = audience_nodes(audience, name, string.match(name, '^user:(.*)'))
local text = table.concat({ 'retract', name, found, timeline.epoch }, '\t') .. '\n'
for _, node in ipairs(nodes) do publish(links, node, epoch, text) end
return { 'OK', found, timeline.epoch }
