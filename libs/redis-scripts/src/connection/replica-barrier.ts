/**
 * Whether a replica holds what scripts have written. For a connection of its own, over which those scripts run too: a
 * small write after them and WAIT on the same TCP connection cover all that the server wrote until then. It counts only
 * if from before the script to after the WAIT it was one connection to one history of one server: otherwise the script
 * may have run on a server that was replaced, and whoever is asked now knows nothing of it.
 *
 * All who wait at one primary share the next barrier; one is on its way at a time.
 * https://redis.io/docs/latest/commands/wait/
 */
import type { RedisConnection } from './connect.js';
import type { Primary } from './primary.js';

/** For the answer itself, beside what the replica may take. */
const ANSWER_MS = 1000;
/** What is written serves nothing but the barrier. */
const KEPT_MS = 60_000;

/** Taken before a script runs; confirms afterwards. */
export interface BarrierTicket {
  /** Whether a replica has confirmed all that was written on this connection until now. Never rejects. */
  confirm(): Promise<boolean>;
}

export class ReplicaBarrier {
  private readonly lines = new Map<Primary, BarrierLine>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly waitMs: number,
  ) {}

  /** @param key any key of the slot that is written to; it is overwritten */
  async before(key: string): Promise<BarrierTicket> {
    const primary = this.connection.primaries.of(key);
    if (!primary) return { confirm: () => Promise.resolve(false) };
    const line = this.lineOf(primary);
    const identity = await line.identify();
    return {
      confirm: async () => {
        if (identity === undefined || this.connection.primaries.of(key) !== primary) return false;
        return (await line.pass(key)) === identity;
      },
    };
  }

  private lineOf(primary: Primary): BarrierLine {
    let line = this.lines.get(primary);
    if (!line) this.lines.set(primary, (line = new BarrierLine(primary, this.waitMs)));
    return line;
  }
}

/** Which connection to which history; undefined where no replica confirmed. */
type Identity = string | undefined;

class BarrierLine {
  private connections = 0;
  private identity: Promise<Identity> | undefined;
  private waiting: { key: string; resolve: (identity: Identity) => void }[] = [];
  private isUnderway = false;

  constructor(
    private readonly primary: Primary,
    private readonly waitMs: number,
  ) {
    primary.redis.on('close', () => {
      this.connections += 1;
      this.identity = undefined;
    });
  }

  /** Asked once for a connection, and again after a barrier that was not passed. */
  async identify(): Promise<Identity> {
    const connection = this.connections;
    const asked = (this.identity ??= inTime(this.primary.redis.info('replication'), ANSWER_MS)
      .then((info) => this.named(connection, info))
      .catch(() => undefined));
    const identity = await asked;
    if (identity === undefined && this.identity === asked) this.identity = undefined;
    return identity;
  }

  pass(key: string): Promise<Identity> {
    return new Promise((resolve) => {
      this.waiting.push({ key, resolve });
      if (!this.isUnderway) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isUnderway = true;
    while (this.waiting.length > 0) {
      const those = this.waiting;
      this.waiting = [];
      const passed = await this.once(those[0]?.key ?? '').catch(() => undefined);
      this.identity = passed === undefined ? undefined : Promise.resolve(passed); // of those who come from now on
      for (const { resolve } of those) resolve(passed);
    }
    this.isUnderway = false;
  }

  private async once(key: string): Promise<Identity> {
    const { redis } = this.primary;
    const connection = this.connections;
    // Written one after the other: Redis answers in this order, and what is lost fails all that follows.
    const answers = Promise.all([
      redis.set(key, '1', 'PX', KEPT_MS),
      redis.wait(1, this.waitMs),
      redis.info('replication'),
    ]);
    const [, replicas, info] = await inTime(answers, this.waitMs + ANSWER_MS);
    return replicas >= 1 ? this.named(connection, info) : undefined;
  }

  /** undefined where the connection is not the one that it was, or the server is no primary (any more). */
  private named(connection: number, info: string): Identity {
    const history = /master_replid:(\w+)/.exec(info)?.[1];
    if (connection !== this.connections || history === undefined || !/role:master/.test(info)) return undefined;
    return `${connection} ${history}`;
  }
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  work.catch(() => undefined); // when it fails after its time nobody is there
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
