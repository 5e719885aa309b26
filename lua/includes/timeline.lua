-- A timeline: head, epoch and forks from its state, and positions in it.
--
-- state: head (newest offset), epoch (the partition's, at the last write), since (ms, when it was made), forks
-- ("<epoch>:<head> …", oldest first: how far the timeline had come when that epoch ended).
-- The epoch that clients see is "<partition epoch>.<since in hex>": never reused, even when a timeline is made anew.
-- @include fence

local FORKS_KEPT = 8

local function added_fork(forks, epoch, head)
  local kept = {}
  for fork in string.gmatch(forks .. ' ' .. epoch .. ':' .. head, '%S+') do kept[#kept + 1] = fork end
  return table.concat(kept, ' ', math.max(1, #kept - FORKS_KEPT + 1))
end

-- The epoch that clients see.
local function timeline_epoch(epoch, since)
  return epoch .. '.' .. string.format('%x', since)
end

-- What is known of the timeline as of the partition's epoch, or nil where there is none. Where it was last written
-- under an earlier epoch, the fork is already in `forks`; writers store it (save_head), readers need not.
local function load_timeline(state, epoch)
  local known = redis.call('HMGET', state, 'head', 'epoch', 'since', 'forks', 'cap', 'age', 'kept')
  if not known[3] then return nil end
  local since = tonumber(known[3])
  local created = string.format('%x', since)
  local timeline = {
    head = tonumber(known[1]) or 0,
    since = since,
    created = created,
    epoch = epoch .. '.' .. created,
    forks = known[4] or '',
    cap = tonumber(known[5]),
    age = tonumber(known[6]),
    kept = tonumber(known[7]),
    forked = known[2] ~= epoch,
  }
  if timeline.forked then timeline.forks = added_fork(timeline.forks, known[2], timeline.head) end
  return timeline
end

local function create_timeline(state, epoch, now)
  redis.call('HSET', state, 'head', 0, 'epoch', epoch, 'since', now)
  return { head = 0, since = now, forks = '', forked = false, epoch = timeline_epoch(epoch, now),
    created = string.format('%x', now) }
end

local function save_head(state, timeline, epoch, head)
  if timeline.forked then
    redis.call('HSET', state, 'head', head, 'epoch', epoch, 'forks', timeline.forks)
  else
    redis.call('HSET', state, 'head', head)
  end
end

-- The offset that a stored position stands for now: lowered to the lowest fork since its epoch. Where nothing was written
-- under an epoch there is no fork of it: it ended where the last one before it did. nil: its epoch is not one of this
-- timeline and this history.
local function lowered(part, timeline, offset, epoch)
  if epoch == timeline.epoch then return offset end
  local own, created = string.match(epoch, '^(%d+%.%x+)%.(%x+)$')
  if created ~= timeline.created then return nil end
  local number, ended, has_fork = tonumber(string.match(own, '^%d+')), nil, false
  for fork, fork_number, head in string.gmatch(timeline.forks, '((%d+)%.%x+):(%d+)') do
    has_fork = has_fork or fork == own
    if tonumber(fork_number) <= number then ended = tonumber(head)
    elseif ended then ended = math.min(ended, tonumber(head)) end
  end
  if not ended or not (has_fork or was_owned(part, own)) then return nil end
  return math.min(offset, ended)
end

-- The same for "offset epoch" as cursors are stored; nothing stored, or an unknown epoch, is 0.
local function lowered_cursor(part, timeline, cursor)
  local offset, epoch = string.match(cursor or '', '^(%d+) (%S+)$')
  if not offset then return 0 end
  return lowered(part, timeline, tonumber(offset), epoch) or 0
end
