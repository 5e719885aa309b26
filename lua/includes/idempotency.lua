-- The answer of an earlier request with the same idempotency key: "fingerprint id offset epoch nodes".

local function earlier_answer(idem, fingerprint)
  if fingerprint == '' then return nil end
  local stored = redis.call('GET', idem)
  if not stored then return nil end
  local print, id, offset, epoch, nodes = string.match(stored, '^(%S+) (%S+) (%d+) (%S+) (%d+)$')
  return { matches = print == fingerprint, id = id, offset = tonumber(offset), epoch = epoch, nodes = tonumber(nodes) }
end

local function remember_answer(idem, fingerprint, id, offset, epoch, nodes, kept_ms)
  if fingerprint == '' then return end
  redis.call('SET', idem, table.concat({ fingerprint, id, offset, epoch, nodes }, ' '), 'PX', kept_ms)
end
