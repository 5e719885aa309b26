-- The link from a partition to a node: a sharded channel whose every publication carries the partition's epoch and a
-- sequence number, so that the node notices what it missed. https://redis.io/docs/latest/commands/spublish/

local function publish(links, node, epoch, text)
  local sequence = redis.call('HINCRBY', links, node, 1)
  redis.call('SPUBLISH', links .. '/' .. node, epoch .. '\t' .. sequence .. '\t' .. text)
end
