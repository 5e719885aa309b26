import { runService } from '@fanfare/service-kit';
import { startPushGateway } from './start.js';

await runService('push-gateway', startPushGateway);
