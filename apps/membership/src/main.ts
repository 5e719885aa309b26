import { runService } from '@fanfare/service-kit';
import { startMembership } from './index.js';

await runService('membership', startMembership);
