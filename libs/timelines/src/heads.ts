/** Heads and unread counts of many timelines: one script call for each partition that holds some of them. */
import { type ScriptRunner, timelineUnread } from '@fanfare/redis-scripts';
import type { Cursor } from './cursors.js';
import { untilSwept } from './swept.js';

/** A timeline as it is now, seen from one user's cursor in it. */
export interface TimelineHead {
  readonly known: boolean;
  readonly head: number;
  readonly first: number;
  readonly epoch: string;
  readonly floor: number;
  readonly read: number;
  readonly unread: number;
  /** Offsets read individually that count, ahead of `read`, separated by commas. */
  readonly seen: string;
}

const TIMELINES_PER_CALL = 64;

/** @param target reads up to this offset, cut to each head; 0 leaves the cursors where they are */
export async function headsOf(
  scripts: ScriptRunner,
  cursors: readonly Cursor[],
  target = 0,
): Promise<Map<string, TimelineHead>> {
  const heads = new Map<string, TimelineHead>();
  await Promise.all(
    chunksByPartition(cursors).map(async (chunk) => {
      const reply = await untilSwept(() => readChunk(scripts, chunk, target));
      reply.timelines.forEach((row, index) => {
        const cursor = chunk[index];
        if (cursor) heads.set(cursor.timeline, { ...row, known: row.known === 1 });
      });
    }),
  );
  return heads;
}

function readChunk(scripts: ScriptRunner, chunk: readonly Cursor[], target: number) {
  const part = chunk[0]?.keys.home.part ?? '';
  const items = chunk.map(({ keys, read, floor, seen }) => ({
    log: keys.log,
    state: keys.state,
    gone: keys.gone,
    ttl: keys.ttl,
    read,
    floor,
    target,
    seen,
  }));
  return timelineUnread(scripts, { part }, items);
}

function chunksByPartition(cursors: readonly Cursor[]): Cursor[][] {
  const open = new Map<string, Cursor[]>();
  const chunks: Cursor[][] = [];
  for (const cursor of cursors) {
    const part = cursor.keys.home.part;
    let chunk = open.get(part);
    if (!chunk || chunk.length === TIMELINES_PER_CALL) {
      chunk = [];
      open.set(part, chunk);
      chunks.push(chunk);
    }
    chunk.push(cursor);
  }
  return chunks;
}
