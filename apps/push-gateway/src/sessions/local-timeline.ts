/**
 * A timeline as this node holds it: who follows it here, and its newest frames, built once and shared by all sessions.
 *
 * A follower is live (has everything up to the newest frame, and gets the next one) or catching up (gets nothing pushed,
 * and reads on from where it is: from the tail kept here where that reaches, from Redis where not). A follower that can't
 * be given a frame falls back to catching up, whatever the reason: it was slow, something was missed, the epoch changed.
 *
 * What Redis answers one device is learned from: pages fill the tail, and with what it says of the timeline the next
 * device is answered from memory.
 */
import type { TimelineKind } from '@fanfare/contracts';
import type { TimelineKeys } from '@fanfare/redis-scripts';
import type { Follower, ReadAhead } from './follower.js';
import { FrameRun } from './frame-run.js';
import { type Facts, Standing } from './standing.js';
import { Tail, type TailFrame } from './tail.js';

/** Takes an answer in, with whom it confirmed as a member. */
export type Learn = (facts: Facts, page: ReadAhead, member?: { user: string; version: number }) => void;

export class LocalTimeline {
  readonly followers = new Set<Follower>();
  /** Of a group: users of this node that follow it, by number of sessions. */
  readonly users: Map<string, number>;
  /** How many of them Redis was told last. */
  toldUsers = 0;
  /** Resolves when an answer that is on its way has been taken in, or did not come. */
  answered: Promise<unknown> | undefined;
  private known: Standing | undefined;
  private epochText = '';
  /** Most users' own timelines never come to have one. */
  private tail: Tail | undefined;
  /** Counts what an answer on its way may not know of: it is not learned from then. */
  private upsets = 0;
  /** The newest that came on the link since it was whole; an answer on its way may not know of that either. */
  private heard: Heard = NOTHING_HEARD;

  constructor(
    readonly name: string,
    readonly kind: TimelineKind,
    readonly id: string,
    readonly keys: TimelineKeys,
  ) {
    this.users = kind === 'group' ? new Map<string, number>() : NOT_COUNTED;
  }

  /** One text for all who follow: comparing it then looks at no character, and it is kept once. */
  shared(epoch: string): string {
    if (epoch !== this.epochText) this.epochText = epoch;
    return this.epochText;
  }

  /** undefined where Redis has to be asked. */
  get standing(): Standing | undefined {
    return this.known;
  }

  add(follower: Follower): void {
    this.followers.add(follower);
    if (this.kind !== 'group') return;
    const { user } = follower.session;
    this.users.set(user, (this.users.get(user) ?? 0) + 1);
  }

  remove(follower: Follower): void {
    if (!this.followers.delete(follower) || this.kind !== 'group') return;
    const { user } = follower.session;
    const left = (this.users.get(user) ?? 1) - 1;
    if (left === 0) this.users.delete(user);
    else this.users.set(user, left);
  }

  /** Takes a new frame in, and hands it out. */
  push(epoch: string, entry: TailFrame, first = 0): number {
    this.take(epoch, entry, first);
    return this.hand(epoch, [entry]);
  }

  /** Takes a new frame in; `hand` gives it to the followers. */
  take(epoch: string, entry: TailFrame, first = 0): void {
    this.tail ??= new Tail(this.kind);
    this.tail.push(epoch, entry);
    this.heard = { epoch, head: entry.offset, first };
    if (entry.expiresAt > 0) this.upsets += 1;
    if (this.known?.advance(epoch, entry.offset, first, entry.expiresAt) === false) this.forgetStanding();
  }

  /**
   * Gives frames that were taken in to every follower that is live and has the one before; the others catch up.
   *
   * @param isLast nothing else is handed out in this turn of the event loop
   * @returns how many were sent, to all together
   */
  hand(epoch: string, entries: readonly TailFrame[], isLast = false): number {
    const sameEpoch = this.shared(epoch);
    const run = new FrameRun(entries, this, isLast);
    let count = 0;
    for (const follower of this.followers) count += follower.offer(sameEpoch, run);
    return count;
  }

  /** The frame of that offset is served no more; followers who have it are told with `notice`. */
  retract(epoch: string, offset: number, notice: Buffer): void {
    this.upsets += 1;
    if (this.known) this.known.isPlain = false;
    this.tail?.retract(epoch, offset);
    for (const follower of this.followers) follower.retract(epoch, offset, notice);
  }

  /** Users who have left the group, whether they have a session here or not. */
  noteLeft(users: readonly string[], version: number): void {
    this.upsets += 1;
    this.known?.noteLeft(users, version);
  }

  /** Whether something came live that a follower at this position does not have. */
  isAhead(epoch: string, sent: number): boolean {
    const last = this.tail?.last;
    if (!this.tail || !last) return false;
    if (this.tail.epoch === epoch) return last.offset > sent;
    return epochNumber(this.tail.epoch) > epochNumber(epoch);
  }

  /** The frames after `offset`, or undefined where Redis has to be asked for them. */
  framesAfter(epoch: string, offset: number): readonly TailFrame[] | undefined {
    if (this.known?.epoch === epoch && offset >= this.known.head) return [];
    return this.tail?.after(epoch, offset);
  }

  /** Something may be missing behind the newest frame: followers have to read on from Redis. */
  forgetTail(): void {
    this.tail = undefined;
    this.heard = NOTHING_HEARD;
    this.forgetStanding();
  }

  /**
   * To be called before Redis is asked. What comes meanwhile may overtake the answer: messages are added to what it says,
   * after anything else it teaches nothing.
   */
  ask(): Learn {
    const { upsets } = this;
    return (answer, page, member) => {
      const { epoch, head, first } = this.heard;
      if (this.upsets !== upsets || (epoch !== '' && epoch !== answer.epoch)) return;
      const facts = { ...answer, head: Math.max(answer.head, head), first: Math.max(answer.first, first) };
      if (this.known?.epoch === facts.epoch) this.known.renew(facts);
      else this.known = new Standing(facts);
      if (member) this.known.confirm(member.user, member.version);
      this.tail ??= new Tail(this.kind);
      this.tail.prepend(this.name, page);
    };
  }

  /** Redis is being asked for one device: who needs the same waits for it (`answered`) and looks here again. */
  asking<T>(answer: Promise<T>): Promise<T> {
    const settled = answer
      .catch(() => undefined)
      .finally(() => {
        if (this.answered === settled) this.answered = undefined;
      });
    this.answered = settled;
    return answer;
  }

  private forgetStanding(): void {
    this.known = undefined;
    this.upsets += 1;
  }
}

interface Heard {
  readonly epoch: string;
  readonly head: number;
  readonly first: number;
}

const NOTHING_HEARD: Heard = { epoch: '', head: 0, first: 0 };
const NOT_COUNTED: Map<string, number> = new Map<string, number>();

/** Epochs begin with a number that grows; what follows makes them unique. */
const epochNumber = (epoch: string): number => Number.parseInt(epoch, 10) || 0;
