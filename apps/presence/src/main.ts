import { runService } from '@fanfare/service-kit';
import { startPresence } from './index.js';

await runService('presence', startPresence);
