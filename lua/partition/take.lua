#!lua flags=allow-oom
-- Take the partition where Redis has another history than at the last write: what read scripts ask for with TAKE.
-- @include fence
-- @key   part   hash    owner, epoch, lineage
-- @reply OK epoch:string
local part = KEYS[1]

return { 'OK', fenced_epoch(part) }
