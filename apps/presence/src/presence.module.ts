/** Wires the presence service. */
import { Keyspace, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Announcements, RedisTransportClient } from '@fanfare/redis-transport';
import { Evictor, Settler } from '@fanfare/roster';
import { type AsyncSettings, Metrics, ServiceModule, type Settings, SETTINGS } from '@fanfare/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { BusyRedis } from './busy-redis.js';
import { Sweeps } from './sweeps.js';

const NAME = 'presence';

@Module({
  providers: [
    Sweeps,
    BusyRedis,
    {
      provide: Announcements,
      inject: [RedisConnection, Metrics, SETTINGS],
      useFactory: (connection: RedisConnection, { onEvent: observe }: Metrics, { app }: Settings) =>
        new Announcements(new RedisTransportClient({ connection, app }), { observe }),
    },
    {
      provide: Evictor,
      inject: [ScriptCaller, Keyspace, SETTINGS],
      useFactory: (scripts: ScriptCaller, keys: Keyspace, { leaseMs, graceMs }: Settings) =>
        new Evictor(scripts, keys, { leaseMs, graceMs }),
    },
    {
      provide: Settler,
      inject: [ScriptCaller, Keyspace],
      useFactory: (scripts: ScriptCaller, keys: Keyspace) => new Settler(scripts, keys),
    },
  ],
})
export class PresenceModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: PresenceModule, imports: [ServiceModule.forRoot(NAME, settings)] };
  }

  static forRootAsync(settings: AsyncSettings): DynamicModule {
    return { module: PresenceModule, imports: [ServiceModule.forRootAsync(NAME, settings)] };
  }
}
