#!lua flags=allow-oom
-- Delete a group: from now on it is unknown to whoever publishes, nobody is a member, and the nodes that hold some of
-- them are told, on the group's own links. Its members are set aside in one step however many they are, to be undone on
-- their side in chunks; until that is done the group can't be made again (group/join and group/put answer DELETING).
-- A repetition of the same intent changes nothing. EARLY: the group was made within this millisecond; a deletion now
-- would let the next epoch be the same.
-- @include clock fence link
-- @key   part     hash    fence
-- @key   links    hash    node to link sequence
-- @key   log      list    entries
-- @key   state    hash    head, epoch, retention
-- @key   gone     zset    offsets that no longer count
-- @key   ttl      zset    offset by expiry
-- @key   members  zset    user by version of joining
-- @key   left     zset    user by version of leaving; '' by version of the deletion
-- @key   nodes    hash    interest of nodes
-- @key   removed  zset    members set aside
-- @arg   group    string  group
-- @arg   version  int     of the intent
-- @reply OK removed:int | EARLY
local part, links, log, state, gone = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local ttl, members, left, nodes, removed = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local group, version = ARGV[1], ARGV[2]
local KEPT_MS, EVERYBODY = 2 * 3600 * 1000, ''

if tonumber(redis.call('ZSCORE', left, EVERYBODY) or '-1') >= tonumber(version) then
  return { 'OK', redis.call('ZCARD', removed) }
end
if tonumber(redis.call('HGET', state, 'since') or '0') >= now_ms() then return { 'EARLY' } end

-- While members are set aside the group can't get others, so nothing is overwritten.
if redis.call('EXISTS', members) == 1 then redis.call('RENAME', members, removed) end
redis.call('UNLINK', log, state, gone, ttl, left)
redis.call('ZADD', left, version, EVERYBODY)
redis.call('PEXPIRE', left, KEPT_MS)
local told = redis.call('HKEYS', nodes)
if #told > 0 then
  local epoch, text = fenced_epoch(part), table.concat({ 'deleted', group, version }, '\t') .. '\n'
  for _, node in ipairs(told) do publish(links, node, epoch, text) end
end
return { 'OK', redis.call('ZCARD', removed) }
