#!lua flags=no-writes
-- Users of a partition whose id begins with a prefix, in the order in which they became known: at most `limit` of them, among at most
-- `look`. `score` and `last` are where the next call goes on, `more` whether anybody is behind.
-- @include page
-- @key   users   zset    registry of users
-- @arg   prefix  string  '' for everybody
-- @arg   score   string  of the last one looked at, '' at the start
-- @arg   after   string  the last one looked at, '' at the start
-- @arg   limit   int     users to answer, at most
-- @arg   look    int     users to look at, at most
-- @reply OK more:int looked:int score:string last:string users:rows(user:string score:string)
local users = KEYS[1]
local prefix, score, last = ARGV[1], ARGV[2], ARGV[3]
local limit, look = tonumber(ARGV[4]), tonumber(ARGV[5])

local start = page_start(users, score, last)
local found, rows, looked = redis.call('ZRANGE', users, start, start + look - 1, 'WITHSCORES'), {}, 0
for index = 1, #found, 2 do
  if #rows >= limit * 2 then break end
  looked = looked + 1
  last, score = found[index], found[index + 1]
  if string.sub(last, 1, #prefix) == prefix then
    rows[#rows + 1] = last
    rows[#rows + 1] = score
  end
end
local more = start + looked < redis.call('ZCARD', users)
return { 'OK', more and 1 or 0, looked, score, last, rows }
