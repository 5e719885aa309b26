/**
 * The newest frames of a timeline, without a hole between them: built once, shared by all sessions that follow it here. Of
 * one that many follow so much is kept that those who come back together need not ask Redis. Of a user's own only the newest
 * is: their few sessions ask, and what lives for seconds of the messages of many users is copied by each garbage collection.
 */
import { PRIORITIES, type TimelineKind } from '@fanfare/contracts';
import { expiresAt, messageBytes, priorityOf } from '@fanfare/timelines';
import { messageFrame } from '../frames/server-frame.js';
import type { ReadAhead } from './follower.js';

export interface TailFrame {
  readonly offset: number;
  readonly frame: Buffer;
  /** ms, 0 for never */
  readonly expiresAt: number;
  readonly isUrgent: boolean;
}

const [MAX_FRAMES, OWN_FRAMES] = [128, 1];
const MAX_BYTES = 128 * 1024;
const URGENT = PRIORITIES.indexOf('urgent');
const NOTHING = Buffer.alloc(0);
const LONG_AGO = 1;

export class Tail {
  epoch = '';
  private frames: TailFrame[] = [];
  private bytes = 0;
  private readonly most: number;

  constructor(kind: TimelineKind) {
    this.most = kind === 'user' ? OWN_FRAMES : MAX_FRAMES;
  }

  get last(): TailFrame | undefined {
    return this.frames.at(-1);
  }

  /** What came on the link. Where it is not the successor the tail begins anew with it. */
  push(epoch: string, entry: TailFrame): void {
    const { last } = this;
    const isSame = this.epoch === epoch;
    if (last && isSame && entry.offset <= last.offset) return; // it was read before it came
    if (!last || !isSame || entry.offset !== last.offset + 1) this.clear();
    this.epoch = epoch;
    this.frames.push(entry);
    this.bytes += entry.frame.length;
    this.bound();
  }

  /** Puts a page that was read in front, where it joins on. What is gone was passed over in reading. */
  prepend(name: string, { epoch, head, from, reached, entries }: ReadAhead): void {
    const oldest = this.frames[0]?.offset;
    if (oldest === undefined ? reached !== head : this.epoch !== epoch || oldest > reached + 1) return;
    const until = oldest === undefined ? reached : oldest - 1;
    if (from >= until) return;
    const read = new Map(entries.map(({ offset, entry }) => [offset, entry]));
    const older: TailFrame[] = [];
    for (let offset = Math.max(from + 1, until - this.most + 1); offset <= until; offset += 1) {
      const entry = read.get(offset);
      older.push(entry ? tailFrame(name, epoch, offset, entry) : gone(offset));
    }
    this.frames = [...older, ...this.frames];
    this.epoch = epoch;
    this.bytes += older.reduce((sum, { frame }) => sum + frame.length, 0);
    this.bound();
  }

  /** What stands for a message that was retracted is passed over as one that has expired. */
  retract(epoch: string, offset: number): void {
    const first = this.frames[0];
    const at = first && this.epoch === epoch ? offset - first.offset : -1;
    const kept = this.frames[at];
    if (!kept) return;
    this.bytes -= kept.frame.length;
    this.frames[at] = gone(offset);
  }

  /** The frames after `offset`, or undefined where the tail does not reach back so far. */
  after(epoch: string, offset: number): readonly TailFrame[] | undefined {
    const first = this.frames[0];
    if (this.epoch !== epoch || !first || first.offset > offset + 1) return undefined;
    return this.frames.slice(offset + 1 - first.offset);
  }

  clear(): void {
    this.frames = [];
    this.bytes = 0;
  }

  private bound(): void {
    let drop = Math.max(0, this.frames.length - this.most);
    for (let index = 0; index < drop; index += 1) this.bytes -= this.frames[index]?.frame.length ?? 0;
    while (this.bytes > MAX_BYTES && drop < this.frames.length - 1) {
      this.bytes -= this.frames[drop]?.frame.length ?? 0;
      drop += 1;
    }
    if (drop > 0) this.frames.splice(0, drop);
  }
}

const gone = (offset: number): TailFrame => ({ offset, frame: NOTHING, expiresAt: LONG_AGO, isUrgent: false });

function tailFrame(name: string, epoch: string, offset: number, entry: Buffer): TailFrame {
  const frame = messageFrame(name, offset, epoch, messageBytes(entry));
  return { offset, frame, expiresAt: expiresAt(entry), isUrgent: priorityOf(entry) === URGENT };
}
