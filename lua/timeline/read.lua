#!lua flags=no-writes
-- The next page of a timeline after a position, for catching up. The position is lowered to the fork where its epoch
-- has ended; `reset` says why something between is missing, '' where nothing is. `fence` and `sequence` are how far the
-- node's link has come: a leaving that precedes what is read here has been published by then.
-- @include clock fence start entries
-- @key   part      hash    fence
-- @key   log       list    entries
-- @key   state     hash    head, epoch, forks
-- @key   links     hash    node to link sequence
-- @arg   node      string  who reads
-- @arg   position  string  "offset epoch"
-- @arg   floor     int     nothing at or below this offset is handed out
-- @arg   limit     int     entries, at most
-- @arg   maxBytes  int     bytes, at most (one entry may exceed it)
-- @reply OK head:int epoch:string from:int reset:string reached:int fence:string sequence:int entries:rows(offset:int entry:bytes)
-- @reply UNKNOWN | TAKE
local part, log, state, links = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local node, position, floor = ARGV[1], ARGV[2], tonumber(ARGV[3])
local limit, max_bytes = tonumber(ARGV[4]), tonumber(ARGV[5])

local epoch = owned_epoch(part)
if not epoch then return { 'TAKE' } end
local timeline = load_timeline(state, epoch)
if not timeline then return { 'UNKNOWN' } end

local first = timeline.head - redis.call('LLEN', log) + 1
local from, reset = start_of(part, timeline, first, position, '', 0, floor)
local rows, reached = entries_after(log, timeline.head, first, from, limit, max_bytes, now_ms())
local sequence = tonumber(redis.call('HGET', links, node) or '0')
return { 'OK', timeline.head, timeline.epoch, from, reset, reached, epoch, sequence, rows }
