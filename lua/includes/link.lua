-- The link from a partition to a node: a sharded channel whose every publication carries the partition's epoch and a
-- sequence number, so that the node notices what it missed. https://redis.io/docs/latest/commands/spublish/

-- `body` follows `text`: given apart, because making a string costs by its length.
local function publish(links, node, epoch, text, body)
  local sequence = redis.call('HINCRBY', links, node, 1)
  redis.call('SPUBLISH', links .. '/' .. node, epoch .. '\t' .. sequence .. '\t' .. text .. (body or ''))
end

-- The same for many lines, the first of which is overwritten.
local function publish_lines(links, node, epoch, head, lines)
  local sequence = redis.call('HINCRBY', links, node, 1)
  lines[1] = epoch .. '\t' .. sequence .. '\t' .. head
  redis.call('SPUBLISH', links .. '/' .. node, table.concat(lines, '\n'))
end
