/**
 * The fan-out worker: carries out jobs (lists of users, filtered audiences, messages that had to wait for their time),
 * tries again what failed, and puts into the dead letters what keeps failing. Any number of replicas may run; a job that
 * one of them leaves behind is completed by another.
 */
export { FanoutWorkerModule } from './fanout-worker.module.js';
export { startFanoutWorker } from './start.js';
