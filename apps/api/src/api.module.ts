/** Wires the HTTP API: domain objects from settings, controllers, credentials. */
import { Fellows, GroupPresence, Groups } from '@fanfare/groups';
import { AudienceWalk, DryRun, Intake, JobCatalog, JobQueue, PublishLog } from '@fanfare/jobs';
import { Keyspace, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { RedisTransportClient } from '@fanfare/redis-transport';
import { Nodes, Presence, Sessions, Users, UserSearch } from '@fanfare/roster';
import {
  type AsyncSettings,
  Metrics,
  ServiceModule,
  SETTINGS,
  type SettingsWith,
  TokenVerifier,
  Totals,
} from '@fanfare/service-kit';
import { Inbox, Publisher, ReadCursors, Retractions } from '@fanfare/timelines';
import { type DynamicModule, type FactoryProvider, Logger, Module, type Type } from '@nestjs/common';
import { Authentication } from './credentials/authentication.js';
import { GroupsController } from './groups/groups.controller.js';
import { MembersController } from './groups/members.controller.js';
import { MembershipService } from './groups/membership-service.js';
import { DeadLettersController } from './jobs/dead-letters.controller.js';
import { JobsController } from './jobs/jobs.controller.js';
import { DurableIntake } from './messages/durable-intake.js';
import { MessagesController } from './messages/messages.controller.js';
import { PublishLogLife } from './messages/publish-log-life.js';
import { ReplicatedConnection } from './messages/replicated-connection.js';
import { FellowsController } from './me/fellows.controller.js';
import { OwnInboxController } from './me/own-inbox.controller.js';
import { ConsoleFeed } from './operator/console-feed.js';
import { ConsoleFeedLife } from './operator/console-feed-life.js';
import { OperatorController } from './operator/operator.controller.js';
import { Overview } from './operator/overview.js';
import { PresenceController } from './presence/presence.controller.js';
import { TokenIssuer } from './tokens/token-issuer.js';
import { TokensController } from './tokens/tokens.controller.js';
import { InboxController } from './users/inbox.controller.js';
import { SessionsController } from './users/sessions.controller.js';
import { UserSearchController } from './users/user-search.controller.js';
import { UsersController } from './users/users.controller.js';

export type ApiSettings = SettingsWith<'adminKey' | 'tokenSecret'>;

const NAME = 'api';
/** Of users whose pages ask again and again; 300 bytes or so each. */
const REMEMBERED_TOKENS = 10_000;

/** A domain object that needs script calls, keys and perhaps settings. */
function domain<T>(
  provide: Type<T>,
  make: (scripts: ScriptCaller, keys: Keyspace, settings: ApiSettings) => T,
): FactoryProvider<T> {
  return { provide, inject: [ScriptCaller, Keyspace, SETTINGS], useFactory: make };
}

const domainProviders = [
  domain(Publisher, (scripts, keys, settings) => {
    const { retentionUserMessages: userMessages, retentionGroupMessages: sharedMessages } = settings;
    return new Publisher(scripts, keys, { userMessages, sharedMessages, ageMs: settings.retentionAgeMs });
  }),
  domain(JobQueue, (scripts, keys, { laneDepth }) => new JobQueue(scripts, keys, { laneDepth })),
  domain(PublishLog, (scripts, keys, { publishLogMessages }) => new PublishLog(scripts, keys, publishLogMessages)),
  domain(JobCatalog, (scripts, keys) => new JobCatalog(scripts, keys)),
  domain(Retractions, (scripts, keys) => new Retractions(scripts, keys)),
  domain(ReadCursors, (scripts, keys) => new ReadCursors(scripts, keys)),
  // What is known of a user outlives the messages: twice as long.
  domain(Users, (scripts, keys, { retentionAgeMs }) => new Users(scripts, keys, 2 * retentionAgeMs)),
  domain(UserSearch, (scripts, keys) => new UserSearch(scripts, keys)),
  domain(Sessions, (scripts, keys) => new Sessions(scripts, keys)),
  domain(Presence, (scripts, keys) => new Presence(scripts, keys)),
  domain(Nodes, (scripts, keys) => new Nodes(scripts, keys)),
  domain(Groups, (scripts, keys) => new Groups(scripts, keys)),
  domain(GroupPresence, (scripts, keys) => new GroupPresence(scripts, keys, new Presence(scripts, keys))),
  domain(Fellows, (scripts, keys) => new Fellows(scripts, keys, new Groups(scripts, keys))),
  {
    provide: RedisTransportClient,
    inject: [RedisConnection, SETTINGS],
    useFactory: (connection: RedisConnection, { app, rpcDeadlineMs: deadlineMs }: ApiSettings) =>
      new RedisTransportClient({ connection, app, deadlineMs }),
  },
  {
    provide: MembershipService,
    inject: [RedisTransportClient],
    useFactory: (client: RedisTransportClient) => new MembershipService(client),
  },
  {
    provide: Intake,
    inject: [Publisher, JobQueue, ScriptCaller, Keyspace],
    useFactory: (publisher: Publisher, queue: JobQueue, scripts: ScriptCaller, keys: Keyspace) =>
      new Intake(publisher, queue, scripts, keys, new AudienceWalk(scripts, keys), new DryRun(scripts, keys)),
  },
  {
    provide: ReplicatedConnection,
    inject: [Keyspace, SETTINGS, Metrics],
    useFactory: (keys: Keyspace, settings: ApiSettings, metrics: Metrics) =>
      new ReplicatedConnection(keys, settings, metrics),
  },
  {
    provide: DurableIntake,
    inject: [Intake, ReplicatedConnection, Keyspace, SETTINGS],
    useFactory: (intake: Intake, { open }: ReplicatedConnection, keys: Keyspace, { durability }: ApiSettings) =>
      new DurableIntake(intake, open, keys, durability),
  },
  {
    provide: Overview,
    inject: [RedisConnection, Nodes, Presence, JobCatalog, Totals],
    useFactory: (connection: RedisConnection, nodes: Nodes, presence: Presence, jobs: JobCatalog, totals: Totals) =>
      new Overview({ connection, nodes, presence, jobs, totals }),
  },
  {
    provide: ConsoleFeed,
    inject: [ScriptCaller, Keyspace, Presence, Overview, Publisher],
    useFactory: consoleFeed,
  },
  {
    provide: Inbox,
    inject: [ScriptCaller, Keyspace, ReadCursors],
    useFactory: (scripts: ScriptCaller, keys: Keyspace, cursors: ReadCursors) => new Inbox(scripts, keys, cursors),
  },
  {
    provide: TokenVerifier,
    inject: [SETTINGS],
    useFactory: ({ app, tokenSecret }: ApiSettings) => new TokenVerifier(tokenSecret, app, REMEMBERED_TOKENS),
  },
  {
    provide: TokenIssuer,
    inject: [SETTINGS],
    useFactory: ({ app, tokenSecret, publicGatewayUrl }: ApiSettings) =>
      new TokenIssuer({ app, secret: tokenSecret, gatewayUrl: publicGatewayUrl }),
  },
];

function consoleFeed(
  scripts: ScriptCaller,
  keys: Keyspace,
  presence: Presence,
  overview: Overview,
  publisher: Publisher,
): ConsoleFeed {
  const logger = new Logger('Console');
  const onTrouble = (error: Error): void => logger.warn(`the console is sent nothing for now: ${error.message}`);
  return new ConsoleFeed({ scripts, keys, presence, overview, publisher, onTrouble });
}

@Module({
  controllers: [
    MessagesController,
    JobsController,
    DeadLettersController,
    UserSearchController,
    UsersController,
    InboxController,
    SessionsController,
    GroupsController,
    MembersController,
    PresenceController,
    OperatorController,
    TokensController,
    OwnInboxController,
    FellowsController,
  ],
  providers: [...domainProviders, Authentication, PublishLogLife, ConsoleFeedLife],
  exports: domainProviders.map(({ provide }) => provide),
})
export class ApiModule {
  static forRoot(settings: ApiSettings): DynamicModule {
    return { module: ApiModule, imports: [ServiceModule.forRoot(NAME, settings)] };
  }

  static forRootAsync(settings: AsyncSettings<ApiSettings>): DynamicModule {
    return { module: ApiModule, imports: [ServiceModule.forRootAsync(NAME, settings)] };
  }
}
