/**
 * Gathers the appends of one turn of the event loop and sends those of a partition in one script call, in the order in
 * which they came: most of a call's cost is paid once for all of them (npm run bench -- publish). Alone, an append waits
 * for nothing but the end of the running code.
 *
 * Plain messages and all others go by different scripts. Where they alternate in a partition each change begins another
 * call, so that the order stays.
 */
import {
  type PartitionKeys,
  type ScriptRunner,
  timelineAppend,
  type TimelineAppendItem,
  timelineAppendPlain,
  type TimelineAppendPlainItem,
  type TimelineAppendReply,
} from '@fanfare/redis-scripts';
import type { Retention } from './retention.js';

export type AppendAnswer = TimelineAppendReply['answers'][number];

/** Told of the answer, or why there is none. Callbacks, as a promise a message would be a tenth of the api's work. */
export interface Waiting {
  onAnswer(answer: AppendAnswer): void;
  onError(error: unknown): void;
}

/** What one call will carry: items of one partition, and who waits for the answer of each. */
abstract class Chunk<Item> {
  readonly items: Item[] = [];
  readonly waiting: Waiting[] = [];
  bytes = 0;

  constructor(readonly home: PartitionKeys) {}

  add(item: Item, bytes: number, waiting: Waiting): void {
    this.items.push(item);
    this.waiting.push(waiting);
    this.bytes += bytes;
  }

  hasRoom(bytes: number): boolean {
    return this.items.length < ITEMS_PER_CALL && this.bytes + bytes <= BYTES_PER_CALL;
  }

  /** @returns an answer for each item */
  abstract call(scripts: ScriptRunner, retention: Retention): Promise<readonly AppendAnswer[]>;
}

class FullChunk extends Chunk<TimelineAppendItem> {
  async call(scripts: ScriptRunner, retention: Retention): Promise<readonly AppendAnswer[]> {
    const { part, links, users } = this.home;
    const { userMessages: userCap, sharedMessages: sharedCap, ageMs: age } = retention;
    return (await timelineAppend(scripts, { part, links, users }, { userCap, sharedCap, age }, this.items)).answers;
  }
}

class PlainChunk extends Chunk<TimelineAppendPlainItem> {
  async call(scripts: ScriptRunner, retention: Retention): Promise<readonly AppendAnswer[]> {
    const { part, links, users, sessions } = this.home;
    const { userMessages: userCap, ageMs: age } = retention;
    const reply = await timelineAppendPlain(scripts, { part, links, users, sessions }, { userCap, age }, this.items);
    return reply.answers.map(({ offset, since, reached }) => {
      return { outcome: 'OK', id: '', offset, epoch: timelineEpoch(reply.epoch, since), reached };
    });
  }
}

/** Bounds the work of one call: about a millisecond of Redis's time. */
const ITEMS_PER_CALL = 64;
const BYTES_PER_CALL = 256 * 1024;

export class AppendQueue {
  private open = new Map<PartitionKeys, FullChunk | PlainChunk>();
  private chunks: (FullChunk | PlainChunk)[] = [];

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly retention: Retention,
  ) {}

  /** @param item neither expires nor has an idempotency key, and is for a user */
  appendPlain(home: PartitionKeys, item: TimelineAppendPlainItem, bytes: number, waiting: Waiting): void {
    const known = this.open.get(home);
    const fits = known instanceof PlainChunk && known.hasRoom(bytes);
    (fits ? known : this.begin(new PlainChunk(home))).add(item, bytes, waiting);
  }

  append(home: PartitionKeys, item: TimelineAppendItem, bytes: number, waiting: Waiting): void {
    const known = this.open.get(home);
    const fits = known instanceof FullChunk && known.hasRoom(bytes);
    (fits ? known : this.begin(new FullChunk(home))).add(item, bytes, waiting);
  }

  private begin<C extends FullChunk | PlainChunk>(chunk: C): C {
    if (this.chunks.length === 0) queueMicrotask(() => this.flush());
    this.open.set(chunk.home, chunk);
    this.chunks.push(chunk);
    return chunk;
  }

  private flush(): void {
    const { chunks } = this;
    this.chunks = [];
    // Not cleared but new: p99 of `npm run bench -- latency` was 30 and 31 ms so, 36 and 48 with `clear`, run in turn.
    this.open = new Map();
    for (const chunk of chunks) void this.send(chunk);
  }

  private async send(chunk: FullChunk | PlainChunk): Promise<void> {
    const { waiting } = chunk;
    try {
      const answers = await chunk.call(this.scripts, this.retention);
      waiting.forEach((each, index) => {
        const answer = answers[index];
        if (answer) each.onAnswer(answer);
        else each.onError(new Error('the script answered fewer messages than it was given'));
      });
    } catch (error) {
      for (const each of waiting) each.onError(error);
    }
  }
}

/** As clients see it, from what scripts know: lua/includes/timeline.lua makes the same. */
function timelineEpoch(partitionEpoch: string, since: number): string {
  return `${partitionEpoch}.${since.toString(16)}`;
}
