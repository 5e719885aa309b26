import { loadSettings, type RunningService, type Settings, startService } from '@fanfare/service-kit';
import type { DynamicModule, Type } from '@nestjs/common';
import { FanoutWorkerModule } from './fanout-worker.module.js';

/**
 * @param settings from the environment by default
 * @param module of a team's own, which imports `FanoutWorkerModule.forRoot(settings)`
 * @throws StartError for what an operator can mend
 */
export function startFanoutWorker(
  settings: Settings = loadSettings(),
  module: Type | DynamicModule = FanoutWorkerModule.forRoot(settings),
): Promise<RunningService> {
  return startService({ name: 'fanout-worker', module, settings, port: settings.workerPort });
}
