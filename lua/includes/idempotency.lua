-- The answer of an earlier request with the same idempotency key: "fingerprint id offset epoch reached".

local function earlier_answer(idem, fingerprint)
  if fingerprint == '' then return nil end
  local stored = redis.call('GET', idem)
  if not stored then return nil end
  local print, id, offset, epoch, reached = string.match(stored, '^(%S+) (%S+) (%d+) (%S+) (%d+)$')
  return { matches = print == fingerprint, id = id, offset = tonumber(offset), epoch = epoch, reached = tonumber(reached) }
end

local function remember_answer(idem, fingerprint, id, offset, epoch, reached, kept_ms)
  if fingerprint == '' then return end
  redis.call('SET', idem, table.concat({ fingerprint, id, offset, epoch, reached }, ' '), 'PX', kept_ms)
end
