/** Wires the membership service. */
import { Deletions, Erasures, Groups, Intents, Memberships, PendingChanges } from '@fanfare/groups';
import { Keyspace, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { RedisTransportClient } from '@fanfare/redis-transport';
import { type AsyncSettings, ServiceModule, type Settings, SETTINGS } from '@fanfare/service-kit';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { ChangeEvents } from './change-events.js';
import { Completion } from './completion.js';
import { MembershipController } from './membership.controller.js';

const NAME = 'membership';
const logger = new Logger('Membership');

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
      provide: ChangeEvents,
      inject: [RedisTransportClient],
      useFactory: (client: RedisTransportClient) => new ChangeEvents(client),
    },
    {
      provide: Intents,
      inject: [ScriptCaller, Keyspace],
      useFactory: (scripts: ScriptCaller, keys: Keyspace) => new Intents(scripts, keys),
    },
    {
      provide: Memberships,
      inject: [ScriptCaller, Keyspace, ChangeEvents],
      useFactory: (scripts: ScriptCaller, keys: Keyspace, events: ChangeEvents) =>
        new Memberships(scripts, keys, (change) => events.publish(change)),
    },
    {
      provide: Deletions,
      inject: [ScriptCaller, Keyspace, Intents, ChangeEvents],
      useFactory: (scripts: ScriptCaller, keys: Keyspace, intents: Intents, events: ChangeEvents) =>
        new Deletions(scripts, keys, intents, {
          onChanged: (change) => events.publish(change),
          onError: (err) => logger.warn({ msg: 'members of a deleted group are undone later', err }),
        }),
    },
    {
      provide: Erasures,
      inject: [ScriptCaller, Keyspace, Intents, Memberships],
      useFactory: (scripts: ScriptCaller, keys: Keyspace, intents: Intents, memberships: Memberships) =>
        new Erasures(scripts, keys, intents, (group, users) => memberships.leave(group, users)),
    },
    {
      provide: PendingChanges,
      inject: [Intents, Memberships, Deletions, Erasures],
      useFactory: (intents: Intents, memberships: Memberships, deletions: Deletions, erasures: Erasures) =>
        new PendingChanges(intents, memberships, deletions, erasures),
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
