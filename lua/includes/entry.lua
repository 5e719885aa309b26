-- An entry of a log: a short header, then the message as JSON, which nothing here parses.
--
--   stored at u48 ms | tag u8: priority (2 bits), expires (bit 2), gone (bit 3) | expires at u48 ms, only where so tagged
--
-- The JSON begins with {"id":"<uuid>", so the id has a known place too.

local TAG_AT, EXPIRES_AT, PLAIN_BYTES, EXPIRING_BYTES = 7, 8, 7, 13
local TAG_EXPIRES, TAG_GONE = 4, 8
local ID_BEGIN, ID_END = 8, 43

local function pack_header(now, expires, priority)
  if expires == 0 then return struct.pack('>I6B', now, priority) end
  return struct.pack('>I6BI6', now, priority + TAG_EXPIRES, expires)
end

local function stored_at(entry)
  return (struct.unpack('>I6', entry))
end

local function is_expiring(tag)
  return tag % (2 * TAG_EXPIRES) >= TAG_EXPIRES
end

-- Whether it was retracted.
local function is_gone(entry)
  return string.byte(entry, TAG_AT) % (2 * TAG_GONE) >= TAG_GONE
end

-- Whether the entry is still to be handed out.
local function is_current(entry, now)
  local tag = string.byte(entry, TAG_AT)
  if tag < TAG_EXPIRES then return true end -- no mark, as with most
  if is_gone(entry) then return false end
  return not is_expiring(tag) or struct.unpack('>I6', entry, EXPIRES_AT) > now
end

local function message_id(entry)
  local header = is_expiring(string.byte(entry, TAG_AT)) and EXPIRING_BYTES or PLAIN_BYTES
  return string.sub(entry, header + ID_BEGIN, header + ID_END)
end

-- What takes the place of an entry that is retracted: its header, marked as gone, and of the message the id alone.
local function pack_tombstone(entry)
  local tag = string.byte(entry, TAG_AT)
  local header = is_expiring(tag) and EXPIRING_BYTES or PLAIN_BYTES
  local marked = string.sub(entry, 1, TAG_AT - 1) .. string.char(tag + TAG_GONE) .. string.sub(entry, TAG_AT + 1, header)
  return marked .. '{"id":"' .. message_id(entry) .. '"}'
end

local function id_of_json(json)
  return string.sub(json, ID_BEGIN, ID_END)
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
