-- Pages of a sorted set that stay right while members come and go: the next page starts behind the place where the last
-- member given stood, whether or not it is still there.

-- Whether `one` stands behind `other` among members of the same score: in order of bytes.
local function is_behind(one, other)
  -- bounded: the length of an id
  for at = 1, math.min(#one, #other) do
    local byte, other_byte = string.byte(one, at), string.byte(other, at)
    if byte ~= other_byte then return byte > other_byte end
  end
  return #one > #other
end

local function stands_there(set, score, member)
  return tonumber(redis.call('ZSCORE', set, member) or 'nan') == tonumber(score)
end

local function page_start(set, score, member)
  if member == '' then return 0 end
  if stands_there(set, score, member) then return redis.call('ZRANK', set, member) + 1 end
  local low = redis.call('ZCOUNT', set, '-inf', '(' .. score)
  local high = redis.call('ZCOUNT', set, '-inf', score)
  -- bounded: halves the range each turn
  while low < high do
    local middle = math.floor((low + high) / 2)
    if is_behind(redis.call('ZRANGE', set, middle, middle)[1], member) then high = middle else low = middle + 1 end
  end
  return low
end

-- The same for pages that begin with the highest score: how many stand before the last member given.
local function page_end(set, score, member)
  if member == '' then return redis.call('ZCARD', set) end
  local start = page_start(set, score, member)
  return stands_there(set, score, member) and start - 1 or start
end
