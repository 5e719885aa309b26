/** Where a user's share of `all` begins: found once, by the time at which they became known, and kept with the user. */
import { type Keyspace, type ScriptRunner, timelineSeek, userEnter } from '@fanfare/redis-scripts';

export interface AllShare {
  /** Read cursor, "offset epoch", or '' while nothing was ever sent to `all`. */
  readonly read: string;
  readonly floor: string;
}

/** @param since when the user became known, ms */
export async function findAllShare(
  scripts: ScriptRunner,
  keys: Keyspace,
  user: string,
  since: number,
): Promise<AllShare> {
  const { home, log, state } = keys.all;
  const found = await timelineSeek(scripts, { part: home.part, log, state }, { time: since });
  if (found.status !== 'OK') return { read: '', floor: '' };
  const { offset, epoch } = found;
  const entered = await userEnter(scripts, { state: keys.user(user).state }, { offset, epoch });
  if (entered.status !== 'OK') return { read: '', floor: '' };
  return { read: entered.all, floor: entered.allFloor };
}
