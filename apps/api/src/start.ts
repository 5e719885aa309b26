import { loadSettings, type RunningService, startService } from '@fanfare/service-kit';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule, type ApiSettings } from './api.module.js';
import { serveDocuments } from './openapi/document.js';
import { refuseOpenDemo, servePages } from './pages/serve-pages.js';

export type { ApiSettings } from './api.module.js';

/**
 * @param settings from the environment by default
 * @param module of a team's own, which imports `ApiModule.forRoot(settings)`
 * @throws StartError for what an operator can mend
 */
export async function startApi(
  settings: ApiSettings = loadSettings(['adminKey', 'tokenSecret']),
  module: Type | DynamicModule = ApiModule.forRoot(settings),
): Promise<RunningService> {
  const { apiPort: port, corsOrigins } = settings;
  refuseOpenDemo(settings);
  const prepare = (app: NestFastifyApplication): void => {
    serveDocuments(app);
    servePages(app, settings);
  };
  return startService({ name: 'api', module, settings, port, corsOrigins, prepare });
}
