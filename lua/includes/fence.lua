-- The fence of a partition. Redis gives itself a new replication id at each start and each promotion, the moments at
-- which it may have lost a tail. The partition remembers the id under which it was last written; where it differs, the
-- partition gets a new epoch before anything else happens, and cursors of older epochs are lowered to the fork.

local LINEAGE_KEPT, REPLID_CHARS = 16, 40

local function replication_id()
  local info = redis.call('INFO', 'replication')
  -- A plain search: a pattern would cost a third of a small append.
  local _, before = string.find(info, 'master_replid:', 1, true)
  return string.sub(info, before + 1, before + REPLID_CHARS)
end

local function take_partition(part, owner)
  local epoch = redis.call('HINCRBY', part, 'number', 1) .. '.' .. string.sub(owner, 1, 8)
  local lineage = { epoch }
  for past in string.gmatch(redis.call('HGET', part, 'lineage') or '', '%S+') do
    if #lineage < LINEAGE_KEPT then lineage[#lineage + 1] = past end
  end
  redis.call('HSET', part, 'owner', owner, 'epoch', epoch, 'lineage', table.concat(lineage, ' '))
  return epoch
end

-- The partition's epoch; takes the partition first where Redis has another history than at the last write.
local function fenced_epoch(part)
  local owner = replication_id()
  local known = redis.call('HMGET', part, 'owner', 'epoch')
  if known[1] == owner then return known[2] end
  return take_partition(part, owner)
end

-- The same for scripts that must not write: nil tells the caller to run partition/take and repeat.
local function owned_epoch(part)
  local known = redis.call('HMGET', part, 'owner', 'epoch')
  if known[1] == replication_id() then return known[2] end
  return nil
end

-- Whether the partition was once written under the epoch, in the history that this Redis has.
local function was_owned(part, epoch)
  local lineage = ' ' .. (redis.call('HGET', part, 'lineage') or '') .. ' '
  return string.find(lineage, ' ' .. epoch .. ' ', 1, true) ~= nil
end
