/** Reads the chunks of a job some at a time. */
import type { Chunk } from './chunks.js';
import type { ClaimedJob, JobClaims } from './job-claims.js';
import type { ListProgress } from './list-progress.js';

/** Bounds what of a job is in memory, and the work of reading it. */
const CHUNKS_PER_READ = 16;

export interface Numbered extends Chunk {
  readonly index: number;
}

/** The chunks that are not done yet, in order, read some at a time and one read ahead. */
export class ChunkSource {
  private readonly open: number[];
  private ready: Numbered[] = [];
  private reading: Promise<Numbered[]> | undefined;

  constructor(
    private readonly claims: JobClaims,
    private readonly job: ClaimedJob,
    { next, chunks, ahead }: ListProgress,
  ) {
    this.open = Array.from({ length: chunks - next }, (_, index) => next + index).filter((index) => !ahead.has(index));
  }

  /** undefined at the end. @throws Error where a chunk is not there */
  async next(): Promise<Numbered | undefined> {
    if (this.ready.length === 0 && (this.reading || this.open.length > 0)) {
      this.ready = await (this.reading ?? this.read());
      this.reading = undefined;
    }
    if (!this.reading && this.open.length > 0) {
      this.reading = this.read();
      this.reading.catch(() => undefined); // awaited by a later call
    }
    return this.ready.shift();
  }

  private async read(): Promise<Numbered[]> {
    const indexes = this.open.splice(0, CHUNKS_PER_READ);
    const chunks = await this.claims.chunks(this.job, indexes);
    return chunks.map((chunk, at) => ({ ...chunk, index: indexes[at] ?? 0 }));
  }
}
