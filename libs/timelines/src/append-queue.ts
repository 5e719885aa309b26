/**
 * Gathers the appends of one turn of the event loop and sends those of a partition in one script call, in the order in
 * which they came: most of a call's cost is paid once for all of them (npm run bench -- publish). Alone, an append waits
 * for nothing but the end of the running code.
 */
import { type PartitionKeys, type ScriptRunner, timelineAppend } from '@fanfare/redis-scripts';
import type { TimelineAppendItem, TimelineAppendReply } from '@fanfare/redis-scripts';
import type { Retention } from './retention.js';

export type AppendAnswer = TimelineAppendReply['answers'][number];

interface Waiting {
  readonly item: TimelineAppendItem;
  readonly resolve: (answer: AppendAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface Chunk {
  readonly home: PartitionKeys;
  readonly waiting: Waiting[];
  bytes: number;
}

/** Bounds the work of one call: about a millisecond of Redis's time. */
const ITEMS_PER_CALL = 64;
const BYTES_PER_CALL = 256 * 1024;

export class AppendQueue {
  private readonly open = new Map<PartitionKeys, Chunk>();
  private chunks: Chunk[] = [];

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly retention: Retention,
  ) {}

  append(home: PartitionKeys, item: TimelineAppendItem, bytes: number): Promise<AppendAnswer> {
    return new Promise((resolve, reject) => {
      const chunk = this.chunkFor(home, bytes);
      chunk.waiting.push({ item, resolve, reject });
      chunk.bytes += bytes;
    });
  }

  private chunkFor(home: PartitionKeys, bytes: number): Chunk {
    const known = this.open.get(home);
    if (known && known.waiting.length < ITEMS_PER_CALL && known.bytes + bytes <= BYTES_PER_CALL) return known;
    if (this.chunks.length === 0) queueMicrotask(() => this.flush());
    const chunk: Chunk = { home, waiting: [], bytes: 0 };
    this.open.set(home, chunk);
    this.chunks.push(chunk);
    return chunk;
  }

  private flush(): void {
    const { chunks } = this;
    this.chunks = [];
    this.open.clear();
    for (const chunk of chunks) void this.send(chunk);
  }

  private async send({ home, waiting }: Chunk): Promise<void> {
    const { userMessages, sharedMessages, ageMs } = this.retention;
    try {
      const { answers } = await timelineAppend(
        this.scripts,
        { part: home.part, links: home.links, users: home.users },
        { userCap: userMessages, sharedCap: sharedMessages, age: ageMs },
        waiting.map(({ item }) => item),
      );
      waiting.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer) resolve(answer);
        else reject(new Error('timeline/append answered fewer messages than it was given'));
      });
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
