-- Pages of a sorted set that stay right while members come and go: the next page starts behind the last member given,
-- or, where that has gone meanwhile, at its score.

local function page_start(set, score, member)
  if member == '' then return 0 end
  local rank = redis.call('ZRANK', set, member)
  if rank then return rank + 1 end
  return redis.call('ZCOUNT', set, '-inf', '(' .. score)
end
