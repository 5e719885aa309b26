-- An entry of a log: a header of fixed width, then the message as JSON, which nothing here parses.
--
--   stored at u48 ms | expires at u48 ms, 0 never | priority u8 | flags u8 | hash of type u32 | hash of sender u32
--
-- The JSON begins with {"id":"<uuid>", so the id has a fixed place too.

local HEADER = '>I6I6BBI4I4'
local HEADER_BYTES = 22
local ID_FROM, ID_TO = HEADER_BYTES + 8, HEADER_BYTES + 43
local FLAG_GONE = 1

local function pack_header(now, expires, priority, type_hash, from_hash)
  return struct.pack(HEADER, now, expires, priority, 0, type_hash, from_hash)
end

local function stored_at(entry)
  return (struct.unpack('>I6', entry))
end

-- Whether the entry is still to be handed out.
local function is_current(entry, now)
  local _, expires, _, flags = struct.unpack('>I6I6BB', entry)
  return (expires == 0 or expires > now) and flags % 2 ~= FLAG_GONE
end

-- How many of the log's entries were stored before `time`. Entries are in order of storing: a binary search.
local function stored_before(log, length, time)
  local low, high = 0, length
  -- bounded: halves the range each turn
  while low < high do
    local middle = math.floor((low + high) / 2)
    local entry = redis.call('LINDEX', log, middle)
    if entry and stored_at(entry) < time then low = middle + 1 else high = middle end
  end
  return low
end
