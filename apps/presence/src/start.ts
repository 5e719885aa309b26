import { loadSettings, type RunningService, type Settings, startService } from '@fanfare/service-kit';
import type { DynamicModule, Type } from '@nestjs/common';
import { PresenceModule } from './presence.module.js';

/**
 * @param settings from the environment by default
 * @param module of a team's own, which imports `PresenceModule.forRoot(settings)`
 * @throws StartError for what an operator can mend
 */
export function startPresence(
  settings: Settings = loadSettings(),
  module: Type | DynamicModule = PresenceModule.forRoot(settings),
): Promise<RunningService> {
  return startService({ name: 'presence', module, settings, port: settings.presencePort });
}
