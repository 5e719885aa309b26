/**
 * Redis for a service: `RedisConnection`, `ScriptCaller` and `Keyspace`, by class. The service starts when Redis is
 * reachable and its partitions are claimed; the connection closes last, after everything that uses it has stopped.
 */
import { Keyspace, partitionTake, RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Readiness } from '../health/readiness.js';
import { Metrics } from '../metrics/metrics.js';
import { Totals } from '../metrics/totals.js';
import type { Settings } from '../settings/table.js';
import { SERVICE_NAME, SETTINGS } from '../settings/tokens.js';
import { Loops } from '../supervision/loops.js';
import { claimPartitions, openRedis } from './open-redis.js';

const CHECK_DEADLINE_MS = 1500;

@Global()
@Module({
  providers: [
    {
      provide: RedisConnection,
      inject: [SETTINGS, SERVICE_NAME],
      useFactory: (settings: Settings, name: string) => openRedis(settings.redisUrl, name),
    },
    {
      provide: ScriptCaller,
      inject: [RedisConnection, Metrics],
      useFactory: makeCaller,
    },
    {
      provide: Keyspace,
      inject: [ScriptCaller, RedisConnection, SETTINGS],
      useFactory: makeKeyspace,
    },
    {
      provide: Totals,
      inject: [ScriptCaller, Keyspace, Metrics, Loops],
      useFactory: (scripts: ScriptCaller, keys: Keyspace, metrics: Metrics, loops: Loops) =>
        new Totals(scripts, keys, metrics, loops),
    },
  ],
  exports: [RedisConnection, ScriptCaller, Keyspace, Totals],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(
    @Inject(RedisConnection) private readonly connection: RedisConnection,
    @Inject(ScriptCaller) private readonly scripts: ScriptCaller,
    @Inject(Keyspace) keys: Keyspace,
    @Inject(Readiness) readiness: Readiness,
  ) {
    readiness.register('redis', () => this.check(keys));
  }

  /** Nest calls this after the HTTP server has closed, and after `beforeApplicationShutdown` of everything. */
  onApplicationShutdown(): void {
    this.scripts.close();
    this.connection.close();
  }

  /**
   * A script that changes nothing and yet may write: Redis refuses it where it would refuse a message (a full disk, too few
   * replicas), while a read would be answered. Where memory is full it is not: acknowledging, reading and leaving go on.
   */
  private async check(keys: Keyspace): Promise<void> {
    if (!this.connection.isReady) throw new Error('a primary cannot be reached');
    await partitionTake(this.scripts, { part: keys.home(0).part }, { deadlineMs: CHECK_DEADLINE_MS });
  }
}

function makeCaller(connection: RedisConnection, metrics: Metrics): ScriptCaller {
  const logger = new Logger('Redis');
  const onWarning = (message: string, error: Error): void => logger.warn(`${message}: ${error.message}`);
  const scripts = new ScriptCaller(connection, { observe: metrics.onScriptCall, onWarning });
  metrics.gauge('fanfare_script_calls_waiting', 'Script calls that wait for Redis to be reachable', {
    collect: (gauge) => gauge.set(scripts.pending.waiting),
  });
  return scripts;
}

async function makeKeyspace(scripts: ScriptCaller, connection: RedisConnection, settings: Settings): Promise<Keyspace> {
  const keys = new Keyspace(settings.app, settings.partitions);
  try {
    await claimPartitions(scripts, keys);
  } catch (error) {
    scripts.close();
    connection.close();
    throw error;
  }
  return keys;
}
