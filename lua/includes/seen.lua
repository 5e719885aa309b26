-- Offsets read individually, ahead of a read cursor. Each is kept with the epoch that it is of, "offset@epoch", because it
-- may stand for another message, or for none, when the timeline's tail was lost or the timeline was made anew.
-- @include timeline

local ANY_OFFSET = 2 ^ 53

-- The offsets among `marks` that are still the ones they were, each once, as strings. A mark without an epoch is of now.
local function seen_offsets(part, timeline, marks)
  local offsets, known, ends = {}, {}, {}
  for _, mark in ipairs(marks) do
    local offset, epoch = string.match(mark, '^(%d+)@?(%S*)$')
    if offset and not known[offset] then
      if epoch ~= '' and not ends[epoch] then ends[epoch] = lowered(part, timeline, ANY_OFFSET, epoch) or 0 end
      known[offset] = epoch == '' or tonumber(offset) <= ends[epoch]
      if known[offset] then offsets[#offsets + 1] = offset end
    end
  end
  return offsets
end

-- The same for a list of marks separated by commas.
local function seen_in(part, timeline, list)
  local marks = {}
  for mark in string.gmatch(list, '[^,]+') do marks[#marks + 1] = mark end
  return seen_offsets(part, timeline, marks)
end
