/** Wires the presence service. */
import { Keyspace, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { RedisTransportClient } from '@fanfare/redis-transport';
import { Evictor, Settler } from '@fanfare/roster';
import { type AsyncSettings, ServiceModule, type Settings, SETTINGS } from '@fanfare/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { Sweeps } from './sweeps.js';

const NAME = 'presence';

@Module({
  providers: [
    Sweeps,
    {
      provide: RedisTransportClient,
      inject: [RedisConnection, SETTINGS],
      useFactory: (connection: RedisConnection, { app }: Settings) => new RedisTransportClient({ connection, app }),
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
