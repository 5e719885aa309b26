import { RedisConnection } from '@fanfare/redis-scripts';
import { connectTransport, RedisTransportServer } from '@fanfare/redis-transport';
import {
  loadSettings,
  Metrics,
  Readiness,
  type RunningService,
  SERVICE_NAME,
  type Settings,
  startService,
} from '@fanfare/service-kit';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { MembershipModule } from './membership.module.js';

/**
 * @param settings from the environment by default
 * @param module of a team's own, which imports `MembershipModule.forRoot(settings)`
 * @throws StartError for what an operator can mend
 */
export function startMembership(
  settings: Settings = loadSettings(),
  module: Type | DynamicModule = MembershipModule.forRoot(settings),
): Promise<RunningService> {
  const prepare = (app: INestApplication): Promise<void> => answerRequests(app, settings);
  return startService({ name: 'membership', module, settings, port: settings.membershipPort, prepare });
}

/** Health and metrics by HTTP, commands and queries by the transport. */
async function answerRequests(app: INestApplication, settings: Settings): Promise<void> {
  const metrics = app.get(Metrics);
  const labels: ('outcome' | 'pattern')[] = ['outcome', 'pattern'];
  const outcomes = metrics.counter('fanfare_rpc_messages_total', 'Messages of other services, by their end', labels);
  const server = new RedisTransportServer({
    connection: app.get(RedisConnection),
    app: settings.app,
    service: app.get<string>(SERVICE_NAME),
    observe: (outcome, pattern) => outcomes.inc({ outcome, pattern }),
  });
  metrics.gauge('fanfare_rpc_running', 'Messages of other services that are being handled', {
    collect: (gauge) => gauge.set(server.runningCount),
  });
  app.get(Readiness).register('transport', () => {
    if (!server.isReady) throw new Error('no requests are read');
  });
  await connectTransport(app, server);
}
