/** The sessions and timelines of this node, held in memory. Timelines live as long as somebody follows them. */
import { ALL_TIMELINE, groupTimeline, userTimeline, type TimelineKind } from '@fanfare/contracts';
import type { Keyspace, PartitionKeys } from '@fanfare/redis-scripts';
import { LocalTimeline } from './local-timeline.js';
import type { Deliveries, Session } from './session.js';

export class SessionHub {
  readonly sessions = new Set<Session>();
  readonly deliveries: Deliveries = { count: 0 };
  readonly timelines = new Map<string, LocalTimeline>();
  private readonly byUser = new Map<string, readonly Session[]>();
  /** Groups that may have another number of users here than Redis was told. */
  readonly recount = new Set<LocalTimeline>();
  /** What this node has registered in each partition: users with sessions, and groups with followers. */
  private readonly held = new Map<PartitionKeys, Set<string>>();
  /** Partitions of which something was missed on the link and is not made good yet. */
  readonly gapped = new Set<PartitionKeys>();

  constructor(readonly keys: Keyspace) {}

  add(session: Session): void {
    this.sessions.add(session);
    this.byUser.set(session.user, [...this.sessionsOf(session.user), session]);
    session.follow(this.timeline('user', session.user));
    session.follow(this.timeline('all', ''));
  }

  /** Returns the timelines that nobody follows any more. */
  remove(session: Session): LocalTimeline[] {
    this.sessions.delete(session);
    const sessions = this.sessionsOf(session.user).filter((one) => one !== session);
    if (sessions.length === 0) this.byUser.delete(session.user);
    else this.byUser.set(session.user, sessions);
    return [...session.followers.keys()].flatMap((name) => this.unfollow(session, name) ?? []);
  }

  /** Returns the timeline if nobody follows it any more. */
  unfollow(session: Session, name: string): LocalTimeline | undefined {
    const timeline = session.unfollow(name)?.timeline;
    if (!timeline) return undefined;
    if (timeline.followers.size > 0) {
      if (timeline.kind === 'group' && !timeline.users.has(session.user)) this.recount.add(timeline);
      return undefined;
    }
    this.timelines.delete(name);
    this.recount.delete(timeline);
    return timeline;
  }

  sessionsOf(user: string): readonly Session[] {
    return this.byUser.get(user) ?? NONE;
  }

  hasUser(user: string): boolean {
    return this.byUser.has(user);
  }

  timeline(kind: TimelineKind, id: string): LocalTimeline {
    const name = kind === 'all' ? ALL_TIMELINE : kind === 'user' ? userTimeline(id) : groupTimeline(id);
    const known = this.timelines.get(name);
    if (known) return known;
    const keys = kind === 'all' ? this.keys.all : kind === 'user' ? this.keys.user(id) : this.keys.group(id);
    const timeline = new LocalTimeline(name, kind, id, keys);
    this.timelines.set(name, timeline);
    return timeline;
  }

  groupsIn(home: PartitionKeys): LocalTimeline[] {
    return [...this.timelines.values()].filter(({ kind, keys }) => kind === 'group' && keys.home === home);
  }

  sessionsIn(home: PartitionKeys): Session[] {
    return [...this.sessions].filter((session) => this.keys.homeOf('user', session.user) === home);
  }

  noteHeld(home: PartitionKeys, item: string): void {
    const items = this.held.get(home);
    if (items) items.add(item);
    else this.held.set(home, new Set([item]));
  }

  noteReleased(home: PartitionKeys, item: string): void {
    this.held.get(home)?.delete(item);
  }

  isHeld(home: PartitionKeys, item: string): boolean {
    return this.held.get(home)?.has(item) ?? false;
  }

  /** The node's registrations are gone, with its id, and what came on its links is no whole any more. */
  forgetHeld(): void {
    this.held.clear();
    this.gapped.clear();
    for (const timeline of this.timelines.values()) timeline.forgetTail();
  }

  countHeld(home: PartitionKeys): number {
    return this.held.get(home)?.size ?? 0;
  }
}

const NONE: readonly Session[] = [];
