/**
 * Cuts a list of users into chunks of one partition each, small enough for one script call, and writes them as text: the
 * partition, then a line for each user (ids hold no control characters).
 */
import type { Keyspace } from '@fanfare/redis-scripts';

export interface Chunk {
  readonly partition: number;
  readonly users: readonly string[];
}

/** @param users without repeats; `limit` users a chunk at most, those of a partition shared out evenly */
export function cutIntoChunks(keys: Keyspace, users: Iterable<string>, limit: number): Chunk[] {
  const byPartition = new Map<number, string[]>();
  for (const user of users) {
    const { index } = keys.homeOf('user', user);
    const known = byPartition.get(index);
    if (known) known.push(user);
    else byPartition.set(index, [user]);
  }
  const chunks: Chunk[] = [];
  for (const [partition, members] of byPartition) {
    const size = Math.ceil(members.length / Math.ceil(members.length / limit));
    for (let start = 0; start < members.length; start += size) {
      chunks.push({ partition, users: members.slice(start, start + size) });
    }
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
