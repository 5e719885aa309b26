/** Wires the fan-out worker. */
import { AudienceWalk, JobClaims, JobRunner, Schedule, WakeUp } from '@fanfare/jobs';
import { Keyspace, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Announcements, RedisTransportClient } from '@fanfare/redis-transport';
import { type AsyncSettings, Metrics, ServiceModule, type Settings, SETTINGS } from '@fanfare/service-kit';
import { ListAppender, Publisher, type Retention } from '@fanfare/timelines';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { JobEvents } from './job-events.js';
import { Lanes } from './lanes.js';

const NAME = 'fanout-worker';

function makeRunner(
  scripts: ScriptCaller,
  keys: Keyspace,
  claims: JobClaims,
  events: JobEvents,
  settings: Settings,
): JobRunner {
  const { retentionUserMessages: userMessages, retentionGroupMessages: sharedMessages, retentionAgeMs } = settings;
  const retention: Retention = { userMessages, sharedMessages, ageMs: retentionAgeMs };
  const logger = new Logger('Jobs');
  const onError = (job: string, err: unknown): void => logger.warn({ msg: 'an attempt at a job failed', job, err });
  const appender = new ListAppender(scripts, keys, retention);
  const publisher = new Publisher(scripts, keys, retention);
  const walk = new AudienceWalk(scripts, keys);
  return new JobRunner(
    { claims, appender, publisher, walk, keys },
    { onError, onReport: (report) => events.tell(report) },
  );
}

@Module({
  providers: [
    Lanes,
    {
      provide: Announcements,
      inject: [RedisConnection, Metrics, SETTINGS],
      useFactory: (connection: RedisConnection, { onEvent: observe }: Metrics, { app }: Settings) =>
        new Announcements(new RedisTransportClient({ connection, app }), { observe }),
    },
    {
      provide: JobEvents,
      inject: [Announcements],
      useFactory: (announcements: Announcements) => new JobEvents(announcements),
    },
    {
      provide: JobClaims,
      inject: [ScriptCaller, Keyspace, SETTINGS],
      useFactory: (scripts: ScriptCaller, keys: Keyspace, { jobClaimMs: claimMs }: Settings) =>
        new JobClaims(scripts, keys, { claimMs }),
    },
    { provide: JobRunner, inject: [ScriptCaller, Keyspace, JobClaims, JobEvents, SETTINGS], useFactory: makeRunner },
    {
      provide: Schedule,
      inject: [ScriptCaller, Keyspace],
      useFactory: (scripts: ScriptCaller, keys: Keyspace) => new Schedule(scripts, keys),
    },
    {
      provide: WakeUp,
      inject: [RedisConnection, Keyspace],
      useFactory: (connection: RedisConnection, keys: Keyspace) => new WakeUp(connection, keys),
    },
  ],
})
export class FanoutWorkerModule {
  static forRoot(settings: Settings): DynamicModule {
    return { module: FanoutWorkerModule, imports: [ServiceModule.forRoot(NAME, settings)] };
  }

  static forRootAsync(settings: AsyncSettings): DynamicModule {
    return { module: FanoutWorkerModule, imports: [ServiceModule.forRootAsync(NAME, settings)] };
  }
}
