export { Intake } from './intake.js';
export { JobQueue, type JobQueueOptions } from './job-queue.js';
export { JobCatalog } from './job-catalog.js';
export { JobClaims, type Claim, type ClaimedJob, type JobClaimsOptions } from './job-claims.js';
export { JobRunner, type JobOutcome } from './job-runner.js';
export { Schedule } from './schedule.js';
export { LANES, LaneOrder } from './lanes.js';
export { WakeUp } from './wake-up.js';
export { PublishLog } from './publish-log.js';
