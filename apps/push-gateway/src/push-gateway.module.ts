/**
 * The push gateway as a Nest module. A team imports `PushGatewayModule.forRoot(settings)` into a module of its own and adds
 * gateways with `@WebSocketGateway({ path: '/v1/connect' })` beside ours; `connectionOf(client).session` says whose it is.
 */
import { userOnline } from '@fanfare/contracts';
import { Keyspace, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Announcements, RedisTransportClient } from '@fanfare/redis-transport';
import { Metrics, ServiceModule, SETTINGS, type SettingsWith, TokenVerifier } from '@fanfare/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { GatewayLife } from './node/gateway-life.js';
import { GatewayRuntime } from './node/gateway-runtime.js';
import { Admission } from './sessions/admission.js';
import { DeviceSessions } from './sessions/device-sessions.js';
import { ConnectionWatch } from './sockets/connection-watch.js';
import { OriginPolicy } from './sockets/origin-policy.js';
import { SessionGateway } from './sockets/session.gateway.js';

export type PushGatewaySettings = SettingsWith<'tokenSecret'>;

const CONNECT_WITHIN_MS = 5000;
const DRAIN_WITHIN_MS = 60_000;

@Module({})
export class PushGatewayModule {
  static forRoot(settings: PushGatewaySettings): DynamicModule {
    return {
      module: PushGatewayModule,
      imports: [ServiceModule.forRoot('push-gateway', settings)],
      providers: [
        SessionGateway,
        GatewayLife,
        {
          provide: GatewayRuntime,
          useFactory: (
            connection: RedisConnection,
            scripts: ScriptCaller,
            keys: Keyspace,
            announcements: Announcements,
          ) => {
            const onOnline = (user: string): void => announcements.tell(userOnline, { user, at: Date.now() });
            return new GatewayRuntime(connection, scripts, keys, settings, onOnline);
          },
          inject: [RedisConnection, ScriptCaller, Keyspace, Announcements],
        },
        {
          provide: Announcements,
          useFactory: (connection: RedisConnection, { onEvent: observe }: Metrics) =>
            new Announcements(new RedisTransportClient({ connection, app: settings.app }), { observe }),
          inject: [RedisConnection, Metrics],
        },
        {
          provide: DeviceSessions,
          useFactory: (runtime: GatewayRuntime) => runtime.sessions,
          inject: [GatewayRuntime],
        },
        {
          provide: Admission,
          useFactory: admission,
          inject: [Metrics, SETTINGS],
        },
        {
          provide: TokenVerifier,
          useFactory: ({ tokenSecret, app }: PushGatewaySettings) => new TokenVerifier(tokenSecret, app),
          inject: [SETTINGS],
        },
        {
          provide: ConnectionWatch,
          useFactory: ({ pingMs }: PushGatewaySettings) =>
            new ConnectionWatch({ pingMs, connectWithinMs: CONNECT_WITHIN_MS, drainWithinMs: DRAIN_WITHIN_MS }),
          inject: [SETTINGS],
        },
        {
          provide: OriginPolicy,
          useFactory: ({ allowedOrigins }: PushGatewaySettings) => new OriginPolicy(allowedOrigins),
          inject: [SETTINGS],
        },
      ],
      exports: [DeviceSessions, TokenVerifier, ConnectionWatch],
    };
  }
}

function admission(metrics: Metrics, settings: PushGatewaySettings): Admission {
  const { connectsAtOnce: atOnce, connectsWaiting: line, connectWaitMs: waitMs } = settings;
  const waits = metrics.durations('fanfare_gateway_connect_wait_seconds', 'Wait of connects in line').series({});
  return new Admission({ atOnce, line, waitMs }, (ms) => waits.observe(ms));
}
