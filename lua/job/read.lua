#!lua flags=no-writes
-- What is known of jobs, in the order asked for; state '' for one that is not known.
-- @key*  job   hash    the job
-- @reply OK jobs:rows(state:string lane:string kind:string total:int done:int due:int attempts:int createdAt:int walked:int error:string)
local jobs = {}
for _, job in ipairs(KEYS) do
  local known = redis.call('HMGET', job, 'state', 'lane', 'kind', 'total', 'done', 'due', 'attempts', 'createdAt', 'walked',
    'error')
  for field = 1, 3 do jobs[#jobs + 1] = known[field] or '' end
  for field = 4, 9 do jobs[#jobs + 1] = known[field] or 0 end
  jobs[#jobs + 1] = known[10] or ''
end
return { 'OK', jobs }
