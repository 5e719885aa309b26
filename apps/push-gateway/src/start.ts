/** Starts the service with the settings of the environment, or others. A team's own module may be passed instead. */
import { loadSettings, type RunningService, startService } from '@fanfare/service-kit';
import { PushGatewayModule, type PushGatewaySettings } from './push-gateway.module.js';
import { AcceptQueue } from './sockets/accept-queue.js';
import { FanfareWsAdapter } from './sockets/fanfare-ws.adapter.js';
import { writeOneByOne } from './sockets/outbox.js';

type Module = Parameters<typeof startService>[0]['module'];

/** @param module imports `PushGatewayModule.forRoot(settings)` and adds gateways of its own */
export function startPushGateway(
  settings: PushGatewaySettings = loadSettings(['tokenSecret']),
  module: Module = PushGatewayModule.forRoot(settings),
): Promise<RunningService> {
  return startService({
    name: 'push-gateway',
    module,
    settings,
    port: settings.gatewayPort,
    closeWithinMs: settings.drainMs + 10_000,
    prepare: (app) => {
      if (!settings.nativeWrites) writeOneByOne();
      app.useWebSocketAdapter(new FanfareWsAdapter(app));
      new AcceptQueue(app.getHttpServer());
    },
  });
}
