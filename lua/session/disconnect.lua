#!lua flags=allow-oom
-- Tell the nodes of a user's sessions to close them: those of one device, or all. What is registered is undone by the
-- nodes, as when a device goes by itself. A node that does not hear of it, because something is missed on its link, learns
-- it when it registers the session again: for that they are noted for an hour.
-- @include clock fence sessions link
-- @key   part      hash    fence
-- @key   links     hash    node to link sequence
-- @key   sessions  hash    user to sessions
-- @key   disconnected zset  session by the time of that
-- @arg   user      string  user
-- @arg   device    string  device, or '' for all
-- @reply OK sessions:int
local part, links, sessions, disconnected = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local FORGET_STEP, KEPT_MS = 256, 3600 * 1000
local user, device = ARGV[1], ARGV[2]

local picked, lines = {}, {}
for line in string.gmatch(redis.call('HGET', sessions, user) or '', '[^\n]+') do
  local session, of_device = string.match(line, '^([^\t]+)\t[^\t]+\t%d+\t(.*)$')
  if session and (device == '' or of_device == device) then
    picked[#picked + 1] = session
    lines[#lines + 1] = line
  end
end
if #picked == 0 then return { 'OK', 0 } end

local now = now_ms()
for _, session in ipairs(picked) do redis.call('ZADD', disconnected, now, session) end
local past = redis.call('ZRANGEBYSCORE', disconnected, '-inf', now - KEPT_MS, 'LIMIT', 0, FORGET_STEP)
if #past > 0 then redis.call('ZREM', disconnected, unpack(past)) end
redis.call('PEXPIRE', disconnected, KEPT_MS)

local epoch, text = fenced_epoch(part), 'disconnect\t' .. user .. '\n' .. table.concat(picked, '\n')
for _, node in ipairs(session_nodes(table.concat(lines, '\n'))) do publish(links, node, epoch, text) end
return { 'OK', #picked }
