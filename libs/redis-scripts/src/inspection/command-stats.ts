// What Redis itself counts of calls to scripts: all of them together, since its start or CONFIG RESETSTAT. It keeps
// nothing by script.
import type { RedisConnection } from '../connection/connect.js';

export interface ScriptStats {
  readonly address: string;
  readonly calls: number;
  /** Mean time in Redis, without waiting. */
  readonly microsPerCall: number;
}

/** https://redis.io/docs/latest/commands/info/: the lines of EVALSHA and its read-only kind. */
export function scriptStats(connection: RedisConnection): Promise<ScriptStats[]> {
  return Promise.all(
    connection.primaries.all().map(async ({ address, redis }) => {
      const lines = (await redis.info('commandstats')).matchAll(/^cmdstat_evalsha(?:_ro)?:calls=(\d+),usec=(\d+)/gm);
      const sums = [...lines].reduce(
        (sum, [, calls, micros]) => ({ calls: sum.calls + Number(calls), micros: sum.micros + Number(micros) }),
        { calls: 0, micros: 0 },
      );
      return { address, calls: sums.calls, microsPerCall: sums.calls === 0 ? 0 : sums.micros / sums.calls };
    }),
  );
}
