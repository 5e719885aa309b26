#!lua flags=allow-oom
-- Erase what is kept of a user, in bounded steps: nothing is taken before they are in no group (GROUPS: some of those they
-- are in) and `names` are all that is left of the index (MORE: some others). Their sessions' nodes are told to close them.
-- What stays for an hour are the versions of leaving, against a joining that comes late.
-- NEWER: the user was made after `before`, so this erasure has been carried out. EARLY: the user was made within this
-- millisecond; an erasure now would let the next epoch be the same.
-- @include clock fence sessions link
-- @key   part      hash    fence
-- @key   links     hash    node to link sequence
-- @key   users     zset    registry of users
-- @key   online    zset    user by online since
-- @key   leaving   zset    user by end of grace
-- @key   sessions  hash    user to sessions
-- @key   log       list    entries
-- @key   state     hash    head, epoch, read cursors
-- @key   gone      zset    offsets that no longer count
-- @key   ttl       zset    offset by expiry
-- @key   info      hash    attributes
-- @key   groups    hash    the user's groups
-- @key   kept      zset    names of further keys
-- @key*  further   string  one of them, whatever its type
-- @arg   user      string  user
-- @arg   before    int     ms; who was made later stays
-- @arg   limit     int     names and groups to answer, at most
-- @arg*  name      string  its name in the index
-- @reply OK
-- @reply GROUPS groups:strings
-- @reply MORE names:strings
-- @reply NEWER | EARLY
local part, links, users, online, leaving, sessions = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local log, state, gone, ttl, info, groups, kept = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11], KEYS[12], KEYS[13]
local user, before, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local FIXED_KEYS, FIXED_ARGS, VERSIONS_KEPT_MS = 13, 3, 3600 * 1000

local since = tonumber(redis.call('HGET', state, 'since') or '0')
if since > before then return { 'NEWER' } end
if since >= now_ms() then return { 'EARLY' } end
local joined, known = {}, redis.call('HGETALL', groups)
for index = 1, #known, 2 do
  if string.sub(known[index + 1], 1, 1) ~= '-' and #joined < limit then joined[#joined + 1] = known[index] end
end
if #joined > 0 then return { 'GROUPS', joined } end

for index = FIXED_ARGS + 1, #ARGV do
  local further = KEYS[FIXED_KEYS + index - FIXED_ARGS]
  redis.call('UNLINK', further)
  redis.call('ZREM', kept, ARGV[index])
end
local names = redis.call('ZRANGE', kept, 0, limit - 1)
if #names > 0 then return { 'MORE', names } end

local lines = redis.call('HGET', sessions, user)
if lines then
  local epoch, text = fenced_epoch(part), { 'disconnect\t' .. user }
  for session in string.gmatch(lines, '([^\t\n]+)\t[^\n]*') do text[#text + 1] = session end
  for _, node in ipairs(session_nodes(lines)) do publish(links, node, epoch, table.concat(text, '\n')) end
end
redis.call('UNLINK', log, state, gone, ttl, info)
redis.call('HDEL', sessions, user)
redis.call('ZREM', users, user)
redis.call('ZREM', online, user)
redis.call('ZREM', leaving, user)
redis.call('PEXPIRE', groups, VERSIONS_KEPT_MS)
return { 'OK' }
