/** Wires the membership service. */
import { Groups, Memberships } from '@fanfare/groups';
import { Keyspace, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { RedisTransportClient } from '@fanfare/redis-transport';
import { type AsyncSettings, ServiceModule, type Settings, SETTINGS } from '@fanfare/service-kit';
import { type DynamicModule, Module } from '@nestjs/common';
import { ChangeEvents } from './change-events.js';
import { Completion } from './completion.js';
import { MembershipController } from './membership.controller.js';

const NAME = 'membership';

@Module({
  controllers: [MembershipController],
  providers: [
    Completion,
    {
      provide: RedisTransportClient,
      inject: [RedisConnection, SETTINGS],
      useFactory: (connection: RedisConnection, { app }: Settings) => new RedisTransportClient({ connection, app }),
    },
    {
      provide: Memberships,
      inject: [ScriptCaller, Keyspace, RedisTransportClient],
      useFactory: (scripts: ScriptCaller, keys: Keyspace, client: RedisTransportClient) => {
        const events = new ChangeEvents(client);
        return new Memberships(scripts, keys, (change) => events.publish(change));
      },
    },
    {
      provide: Groups,
      inject: [ScriptCaller, Keyspace],
      useFactory: (scripts: ScriptCaller, keys: Keyspace) => new Groups(scripts, keys),
    },
  ],
  exports: [Memberships, Groups, RedisTransportClient],
})
export class MembershipModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: MembershipModule, imports: [ServiceModule.forRoot(NAME, settings)] };
  }

  static forRootAsync(settings: AsyncSettings): DynamicModule {
    return { module: MembershipModule, imports: [ServiceModule.forRootAsync(NAME, settings)] };
  }
}
