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
  const byPartition = new Map<number, Set<string>>();
  for (let start = 0; start < users.length; start += USERS_PER_TURN) {
    if (start > 0) await new Promise(setImmediate);
    sortIn(byPartition, keys, users.slice(start, start + USERS_PER_TURN));
  }
  const chunks: Chunk[] = [];
  for (const [partition, distinct] of byPartition) {
    const members = [...distinct];
    const size = Math.ceil(members.length / Math.ceil(members.length / limit));
    for (let start = 0; start < members.length; start += size) {
      chunks.push({ partition, users: members.slice(start, start + size) });
    }
  }
  return chunks;
}

function sortIn(byPartition: Map<number, Set<string>>, keys: Keyspace, users: readonly string[]): void {
  for (const user of users) {
    const { index } = keys.homeOf('user', user);
    const known = byPartition.get(index);
    if (known) known.add(user);
    else byPartition.set(index, new Set([user]));
  }
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
