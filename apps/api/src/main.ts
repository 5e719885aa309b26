import { runService } from '@fanfare/service-kit';
import { startApi } from './index.js';

await runService('api', startApi);
