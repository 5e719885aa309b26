import { runService } from '@fanfare/service-kit';
import { startFanoutWorker } from './index.js';

await runService('fanout-worker', startFanoutWorker);
