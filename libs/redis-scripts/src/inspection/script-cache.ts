// Which scripts the primaries have loaded, and loading them. Services need neither: they load theirs themselves.
import type { RedisConnection } from '../connection/connect.js';
import type { AnyScript } from '../script.js';

type Loadable = Pick<AnyScript, 'name' | 'sha1' | 'source'>;

export interface ScriptCache {
  readonly address: string;
  /** SHA-1s of those that were asked for and are there. */
  readonly loaded: ReadonlySet<string>;
}

export function scriptCaches(connection: RedisConnection, sha1s: readonly string[]): Promise<ScriptCache[]> {
  return Promise.all(
    connection.primaries.all().map(async ({ address, redis }) => {
      const there = (await redis.script('EXISTS', ...sha1s)) as number[];
      return { address, loaded: new Set(sha1s.filter((_, index) => there[index] === 1)) };
    }),
  );
}

export interface LoadStep {
  readonly address: string;
  readonly script: string;
  /** What Redis refused, or which other SHA-1 it found. */
  readonly problem: string | undefined;
}

/** Loads each script on each primary, one after the other; `onStep` is told of each. Throws where a connection breaks. */
export async function loadScripts(
  connection: RedisConnection,
  scripts: readonly Loadable[],
  onStep: (step: LoadStep) => void,
): Promise<void> {
  for (const { address, redis } of connection.primaries.all()) {
    for (const { name, sha1, source } of scripts) {
      const found = await redis.script('LOAD', source).then(String, refusal);
      onStep({ address, script: name, problem: found === sha1 ? undefined : found });
    }
  }
}

function refusal(error: Error): string {
  if (error.name !== 'ReplyError') throw error;
  return error.message;
}
