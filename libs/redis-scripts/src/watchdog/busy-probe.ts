// What can be asked of a primary while a script keeps it busy. Then Redis answers next to nothing but PING (with BUSY),
// SCRIPT KILL and SHUTDOWN NOSAVE (https://redis.io/docs/latest/commands/script-kill/), so this is a connection of its
// own that can also be made at such a moment: it asks for nothing else at its start.
import type { Redis } from 'ioredis';
import type { Primary } from '../connection/primary.js';

/** `function`: what runs is a function or a module's command, none of ours, and SCRIPT KILL does not end it. */
export type KillAnswer = 'killed' | 'not-busy' | 'unkillable' | 'function';

/** A script as SLOWLOG knows it; `sha1` is undefined for the text of an EVAL. */
export interface SlowScript {
  readonly sha1: string | undefined;
  readonly durationMs: number;
}

const SLOWLOG_ENTRIES = 32;

/** No database, no name, no INFO: a busy Redis refuses them, and the connection would never stand. */
export const busyOptions = { enableReadyCheck: false, disableClientInfo: true, db: 0, connectionName: '' } as const;

export class BusyProbe {
  /** @param redis made with `busyOptions`; the probe's to close from now on */
  constructor(private readonly redis: Redis) {}

  /** Over a connection of its own to the same primary, which repairs itself. */
  static beside({ redis }: Primary): BusyProbe {
    const own = redis.duplicate(busyOptions);
    own.on('error', () => undefined); // the primary's own connection reports the same trouble
    own.connect().catch(() => undefined); // it goes on trying
    return new BusyProbe(own);
  }

  /** @throws whatever says that there is no connection, or nothing to learn from it */
  async isBusy(): Promise<boolean> {
    try {
      await this.redis.ping();
      return false;
    } catch (error) {
      const [code] = (error as Error).message.split(' ', 1);
      if (code === 'BUSY') return true;
      if ((error as Error).name === 'ReplyError') return false; // LOADING and the like: it has time to answer
      throw error;
    }
  }

  /**
   * Ends the script that runs, if it has not written anything yet. Redis looks at this only when nothing runs, or when
   * what runs is over the busy-reply-threshold: a script in time is never ended by it.
   *
   * @throws where there is no answer, or another than those
   */
  async kill(): Promise<KillAnswer> {
    try {
      await this.redis.call('SCRIPT', 'KILL');
      return 'killed';
    } catch (error) {
      const [code = ''] = (error as Error).message.split(' ', 1);
      const known: Record<string, KillAnswer> = { NOTBUSY: 'not-busy', UNKILLABLE: 'unkillable', BUSY: 'function' };
      const answer = known[code];
      if (answer) return answer;
      throw error;
    }
  }

  /** Scripts that took longest of late, the newest first; none where the slow log is off or refused. */
  async slowScripts(): Promise<SlowScript[]> {
    const entries = await this.redis.call('SLOWLOG', 'GET', String(SLOWLOG_ENTRIES)).catch(() => []);
    return Array.isArray(entries) ? entries.flatMap(slowScript) : [];
  }

  close(): void {
    this.redis.disconnect();
  }
}

/** `[id, time in s, duration in µs, [command, …arguments], …]` */
function slowScript(entry: unknown): SlowScript[] {
  const [, , micros, words] = Array.isArray(entry) ? (entry as unknown[]) : [];
  if (typeof micros !== 'number' || !Array.isArray(words)) return [];
  const [command = '', script = ''] = words.map(String);
  const name = /^(eval|evalsha)(_ro)?$/i.exec(command)?.[1]?.toLowerCase();
  if (!name) return [];
  return [{ sha1: name === 'evalsha' ? script.toLowerCase() : undefined, durationMs: micros / 1000 }];
}
