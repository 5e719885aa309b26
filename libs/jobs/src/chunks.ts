/**
 * Cuts a list of users into chunks of one partition each, small enough for one script call, and writes them as text: the
 * partition, then a line for each user (ids hold no control characters).
 */
import type { Keyspace } from '@fanfare/redis-scripts';

export interface Chunk {
  readonly partition: number;
  readonly users: readonly string[];
}

/** A millisecond's work: cutting 100,000 users at once would keep everything else here waiting for some 70 ms. */
const USERS_PER_TURN = 1500;

/** Repeats count once. @param limit users a chunk at most; those of a partition are shared out evenly */
export async function cutIntoChunks(keys: Keyspace, users: readonly string[], limit: number): Promise<Chunk[]> {
  const byPartition = keys.everyHome().map((): Set<string> => new Set());
  for (let start = 0; start < users.length; start += USERS_PER_TURN) {
    if (start > 0) await new Promise(setImmediate);
    sortIn(byPartition, keys, users, start, Math.min(users.length, start + USERS_PER_TURN));
  }
  return byPartition.flatMap((distinct, partition) => evenChunks(partition, [...distinct], limit));
}

function sortIn(into: Set<string>[], keys: Keyspace, users: readonly string[], start: number, end: number): void {
  for (let at = start; at < end; at += 1) {
    const user = users[at];
    if (user !== undefined) into[keys.homeOf('user', user).index]?.add(user);
  }
}

function evenChunks(partition: number, users: readonly string[], limit: number): Chunk[] {
  const size = Math.ceil(users.length / Math.ceil(users.length / limit));
  const chunks: Chunk[] = [];
  for (let start = 0; start < users.length; start += size) {
    chunks.push({ partition, users: users.slice(start, start + size) });
  }
  return chunks;
}

export function chunkText({ partition, users }: Chunk): string {
  return `${partition}\n${users.join('\n')}`;
}

/** @throws Error for text that is no chunk: the job can't be carried out */
export function parseChunk(text: string): Chunk {
  const [partition = '', ...users] = text.split('\n');
  if (!/^\d+$/.test(partition) || users.length === 0) throw new Error('a chunk of the job is missing');
  return { partition: Number(partition), users };
}
