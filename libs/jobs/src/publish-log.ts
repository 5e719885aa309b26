/**
 * The publish log: a capped record of what was accepted, for operators to look at. It is no guarantee: records are gathered
 * in memory and written at most every 100 ms, so that publishing does not wait for them; what a process that dies, or a
 * Redis that is away, takes with it is missing, and counted in `dropped` where it is known.
 */
import { type Audience, limits, Problem, type PublishAnswer, type PublishRequest } from '@fanfare/contracts';
import type { PublishLogPage, PublishLogQuery, PublishRecord } from '@fanfare/contracts';
import { type Keyspace, logPage, logRecord, type ScriptRunner } from '@fanfare/redis-scripts';

const WRITE_EVERY_MS = 100;
const RECORDS_PER_WRITE = 1000;
const CHARACTERS_PER_WRITE = 128 * 1024;
const MAX_GATHERED = 10_000;
const ENTRIES_PER_CALL = 4;

export class PublishLog {
  private gathered: PublishRecord[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private isClosing = false;
  /** Records that could not be kept, since this process began. */
  dropped = 0;

  /** @param length messages to keep, at least; 0 for no log */
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly length: number,
  ) {}

  /** Notes what was accepted; on the path of every message, so it does next to nothing. */
  note(request: PublishRequest, answer: PublishAnswer): void {
    if (this.length === 0 || answer.duplicate) return;
    if (this.gathered.length >= MAX_GATHERED) {
      this.dropped += 1;
      return;
    }
    this.gathered.push(recordOf(request, answer));
    if (this.isClosing || this.gathered.length === RECORDS_PER_WRITE) void this.write();
    else this.writeSoon();
  }

  /** What is noted from now on is written at once; resolves when all that was noted before is. */
  async flush(): Promise<void> {
    this.isClosing = true;
    while (this.gathered.length > 0 || this.writing) await this.write();
  }

  /** Newest first; of several api processes roughly. @throws Problem invalid for a foreign cursor */
  async page({ after = 0, cursor, limit = limits.pageDefault }: PublishLogQuery): Promise<PublishLogPage> {
    const messages: PublishRecord[] = [];
    const start = cursor === undefined ? undefined : placeOf(cursor);
    for (let from = start?.entry ?? '+'; ;) {
      const { entries } = await logPage(this.scripts, { log: this.keys.jobs.log }, { from, limit: ENTRIES_PER_CALL });
      for (const { entry, records } of entries) {
        // Written after all of its messages were accepted.
        if (Number.parseInt(entry, 10) <= after) return { messages, cursor: null };
        const lines = records.split('\n');
        for (let index = entry === start?.entry ? Math.min(start.index, lines.length) : lines.length; index > 0;) {
          index -= 1;
          const record = JSON.parse(lines[index] ?? '') as PublishRecord;
          if (record.at <= after) continue;
          messages.push(record);
          if (messages.length === limit) return { messages, cursor: `${entry}:${index}` };
        }
        from = `(${entry}`;
      }
      if (entries.length < ENTRIES_PER_CALL) return { messages, cursor: null };
    }
  }

  private write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing ??= this.writeFull().finally(() => {
      this.writing = undefined;
      if (this.gathered.length > 0) this.writeSoon();
    });
    return this.writing;
  }

  private writeSoon(): void {
    this.timer ??= setTimeout(() => void this.write(), WRITE_EVERY_MS);
  }

  /**
   * What was gathered meanwhile waits for its turn unless it fills a write: under a steady stream something always was, and
   * one write after the other would be one for nearly every message.
   */
  private async writeFull(): Promise<void> {
    for (let least = 1; this.gathered.length >= least; least = this.isClosing ? 1 : RECORDS_PER_WRITE) {
      const lines = this.take();
      try {
        const { log, logCount: count } = this.keys.jobs;
        const args = { cap: this.length, number: lines.length, records: lines.join('\n') };
        await logRecord(this.scripts, { log, count }, args);
      } catch {
        this.dropped += lines.length;
      }
    }
  }

  private take(): string[] {
    const lines: string[] = [];
    let characters = 0;
    for (const record of this.gathered) {
      if (lines.length === RECORDS_PER_WRITE || characters >= CHARACTERS_PER_WRITE) break;
      const line = JSON.stringify(record);
      lines.push(line);
      characters += line.length;
    }
    this.gathered = this.gathered.slice(lines.length);
    return lines;
  }
}

function recordOf(request: PublishRequest, { id, state, timeline, offset, epoch, job }: PublishAnswer): PublishRecord {
  const { type, priority, from, deliverAt } = request;
  return {
    id,
    at: Date.now(),
    to: addressOf(request.to),
    type,
    priority,
    from,
    deliverAt,
    state,
    timeline,
    offset,
    epoch,
    job,
  };
}

/** Of a list the number alone: it may name 100,000 users. */
function addressOf(to: Audience): PublishRecord['to'] {
  return 'users' in to ? { users: to.users.length } : to;
}

function placeOf(cursor: string): { entry: string; index: number } {
  const [, entry, index] = /^(\d{1,15}-\d{1,15}):(\d{1,4})$/.exec(cursor) ?? [];
  if (entry !== undefined) return { entry, index: Number(index) };
  const errors = [{ pointer: '/cursor', detail: 'is not a cursor that a page answered' }];
  throw new Problem('invalid', 'the cursor is not one that a page answered', { errors });
}
