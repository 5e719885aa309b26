/** The connection over which `durability: "replicated"` is published: opened when it is first asked for, closed last. */
import { AudienceWalk, DryRun, Intake, JobQueue } from '@fanfare/jobs';
import {
  connectRedis,
  type Keyspace,
  type RedisConnection,
  ReplicaBarrier,
  ScriptCaller,
} from '@fanfare/redis-scripts';
import type { Metrics, Settings } from '@fanfare/service-kit';
import { Publisher } from '@fanfare/timelines';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ReplicatedIntake } from './durable-intake.js';

const CONNECT_WITHIN_MS = 5000;

interface Opened extends ReplicatedIntake {
  readonly connection: RedisConnection;
  readonly scripts: ScriptCaller;
}

export class ReplicatedConnection implements OnApplicationShutdown {
  private opened: Promise<Opened> | undefined;
  private readonly logger = new Logger('Redis');

  constructor(
    private readonly keys: Keyspace,
    private readonly settings: Settings,
    private readonly metrics: Pick<Metrics, 'onScriptCall'>,
  ) {}

  /** @throws UnavailableError where Redis can't be reached; the next request tries again */
  readonly open = (): Promise<ReplicatedIntake> => {
    this.opened ??= this.connect().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  };

  async onApplicationShutdown(): Promise<void> {
    const opened = await this.opened?.catch(() => undefined);
    opened?.scripts.close();
    opened?.connection.close();
  }

  private async connect(): Promise<Opened> {
    const { keys, settings } = this;
    const onWarning = (message: string): void => this.logger.warn(message);
    const options = { name: 'fanfare-api-replicated', timeoutMs: CONNECT_WITHIN_MS, onWarning };
    const connection = await connectRedis(settings.redisUrl, options);
    const scripts = new ScriptCaller(connection, { observe: this.metrics.onScriptCall, onWarning });
    const { retentionUserMessages: userMessages, retentionGroupMessages: sharedMessages, laneDepth } = settings;
    const publisher = new Publisher(scripts, keys, { userMessages, sharedMessages, ageMs: settings.retentionAgeMs });
    const queue = new JobQueue(scripts, keys, { laneDepth });
    const walk = new AudienceWalk(scripts, keys);
    const intake = new Intake(publisher, queue, scripts, keys, walk, new DryRun(scripts, keys));
    return { connection, scripts, intake, barrier: new ReplicaBarrier(connection, settings.replicaWaitMs) };
  }
}
