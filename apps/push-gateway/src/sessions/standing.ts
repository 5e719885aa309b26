/**
 * What this node knows of a timeline in Redis without asking: how far it goes, what of it counts, and who has left the
 * group. It begins with an answer from Redis and is kept current by the link; whatever the link may have missed ends it.
 * With it a device that comes back is told where it goes on without a call (local-start.ts).
 *
 * Membership: the answer tells the version of the newest leaving until then, later ones come on the link. Who joined after
 * that one, or was confirmed by the group's side since, and was not seen leaving, is a member.
 */
export interface Facts {
  readonly epoch: string;
  readonly head: number;
  /** The oldest offset kept. */
  readonly first: number;
  /** How many offsets are, or will be, gone before their time. */
  readonly losable: number;
  /** Until the log expires by itself; negative for never. */
  readonly lifeMs: number;
  /** Version of the newest leaving; 0 for none known. */
  readonly leftBy: number;
}

/** Retention that was changed meanwhile shows by then. */
const LONGEST_MS = 5 * 60_000;
const MAX_LEFT = 4096;
const MAX_CONFIRMED = 16_384;

export class Standing {
  readonly epoch: string;
  head: number;
  first: number;
  /** Nothing of it is gone or will be: what is unread is arithmetic. */
  isPlain: boolean;
  private until = 0;
  private leftBy: number;
  private readonly left = new Map<string, number>();
  private readonly confirmed = new Map<string, number>();

  constructor(facts: Facts) {
    this.epoch = facts.epoch;
    this.head = facts.head;
    this.first = facts.first;
    this.isPlain = facts.losable === 0;
    this.leftBy = facts.leftBy;
    this.renew(facts);
  }

  get isFresh(): boolean {
    return performance.now() < this.until;
  }

  /** Another answer: what the link has told since the first one about leavings stays. */
  renew({ head, first, losable, lifeMs }: Facts): void {
    this.head = Math.max(this.head, head);
    this.first = Math.max(this.first, first);
    this.isPlain = losable === 0;
    this.until = performance.now() + (lifeMs < 0 ? LONGEST_MS : Math.min(lifeMs, LONGEST_MS));
  }

  /** A message came. false: one is missing before it, or the numbering is another one. */
  advance(epoch: string, offset: number, first: number, expiresAt: number): boolean {
    if (epoch !== this.epoch || offset > this.head + 1) return false;
    this.head = Math.max(this.head, offset);
    this.first = Math.max(this.first, first);
    if (expiresAt > 0) this.isPlain = false;
    return true;
  }

  noteLeft(users: readonly string[], version: number): void {
    for (const user of users) this.left.set(user, Math.max(version, this.left.get(user) ?? 0));
    if (this.left.size <= MAX_LEFT) return;
    this.leftBy = Math.max(this.leftBy, ...this.left.values());
    this.left.clear();
    this.confirmed.clear();
  }

  /** The group's side has just said that they are a member. */
  confirm(user: string, version: number): void {
    if (this.confirmed.size >= MAX_CONFIRMED) this.confirmed.clear();
    this.confirmed.set(user, version);
  }

  /** Whether the user is a member for sure, by the version of their joining: not by one that another has followed. */
  isMember(user: string, version: number): boolean {
    if ((this.left.get(user) ?? 0) >= version) return false;
    const confirmed = this.confirmed.get(user);
    return confirmed === undefined ? version > this.leftBy : confirmed === version;
  }
}
