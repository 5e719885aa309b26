/**
 * Attaches sessions to their groups: the group's side is asked whether the user is a member, whatever the index says. Where
 * this node follows the group already, knows that they are one and holds what they missed, nobody is asked.
 */
import { limits, type TimelineStatus } from '@fanfare/contracts';
import { groupAttach, type Keyspace, type ScriptRunner } from '@fanfare/redis-scripts';
import { type GroupEntry, untilSwept } from '@fanfare/timelines';
import type { Follower } from './follower.js';
import { GroupInterest } from './group-interest.js';
import { localStart } from './local-start.js';
import type { LocalTimeline } from './local-timeline.js';
import type { Session } from './session.js';
import type { SessionHub } from './session-hub.js';

export interface AttachRequest {
  readonly resume: string;
  readonly device: string;
  readonly seen: string;
}

const FIRST_ENTRIES = 32;
const FIRST_BYTES = 32 * 1024;
const NOTHING: AttachRequest = { resume: '', device: '', seen: '' };

export class GroupFollower {
  readonly interest: GroupInterest;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly hub: SessionHub,
    private readonly node: () => string,
  ) {
    this.interest = new GroupInterest(scripts, keys, hub, node);
  }

  /** Follows the group; undefined where the user is no member (any more), or the session left it meanwhile. */
  async attach(session: Session, entry: GroupEntry, request: AttachRequest): Promise<TimelineStatus | undefined> {
    const attaching = this.attachOnce(session, entry, request);
    session.attaching ??= new Map();
    session.attaching.set(entry.group, attaching);
    try {
      return await attaching;
    } finally {
      if (session.attaching.get(entry.group) === attaching) session.attaching.delete(entry.group);
      if (session.attaching.size === 0) session.attaching = undefined;
    }
  }

  private async attachOnce(
    session: Session,
    entry: GroupEntry,
    request: AttachRequest,
  ): Promise<TimelineStatus | undefined> {
    const timeline = this.hub.timeline('group', entry.group);
    const follower = session.follow(timeline);
    const known = this.attachHere(follower, entry, request);
    if (known) return known;
    follower.isAttaching = true;
    if (timeline.answered) {
      await timeline.answered;
      if (!this.isCurrent(follower)) return undefined;
      const learned = this.attachHere(follower, entry, request);
      if (learned) return learned;
    }
    return timeline.asking(this.attachThere(follower, entry, request));
  }

  private async attachThere(
    follower: Follower,
    entry: GroupEntry,
    request: AttachRequest,
  ): Promise<TimelineStatus | undefined> {
    const { session, timeline } = follower;
    const learn = this.hub.gapped.has(timeline.keys.home) ? undefined : timeline.ask();
    // Where all that is missing is whether the user is a member, the messages are here.
    const limit = timeline.standing?.isFresh ? 0 : FIRST_ENTRIES;
    const reply = await this.call(timeline, session.user, entry, request, limit);
    if (reply.status === 'OK') this.hub.noteHeld(timeline.keys.home, `group\t${entry.group}`);
    if (!this.isCurrent(follower)) {
      if (timeline.followers.size === 0) await this.interest.release(timeline);
      return undefined;
    }
    // By a later joining: the user's side, which knows where that begins, is still to be written, and will tell.
    if (reply.status === 'NOT_MEMBER' || reply.version > entry.version) {
      await this.detach(session, timeline.name);
      return undefined;
    }
    learn?.(reply, reply, { user: session.user, version: reply.version });
    follower.isAttaching = false;
    follower.isHeld = this.hub.gapped.has(timeline.keys.home);
    follower.version = reply.version;
    follower.floor = reply.floor;
    follower.ahead = reply;
    const { epoch, head, read, unread, from } = reply;
    return { timeline: timeline.name, epoch, head, read, unread, from };
  }

  /** Not closed, and not unfollowed meanwhile. */
  private isCurrent(follower: Follower): boolean {
    const { session, timeline } = follower;
    return !session.isClosed && session.followers.get(timeline.name) === follower;
  }

  /** From memory. Redis is told within a second how many users there are here now. */
  private attachHere(follower: Follower, entry: GroupEntry, request: AttachRequest): TimelineStatus | undefined {
    const { session, timeline } = follower;
    const { home } = timeline.keys;
    if (this.hub.gapped.has(home) || !this.hub.isHeld(home, `group\t${entry.group}`)) return undefined;
    if (!timeline.standing?.isMember(session.user, entry.version)) return undefined;
    const start = localStart(timeline, { ...request, read: entry.read, join: entry.join });
    if (!start) return undefined;
    follower.isAttaching = false;
    follower.begin(start, entry.version);
    if (timeline.toldUsers !== timeline.users.size) this.hub.recount.add(timeline);
    const { epoch, head, read, unread, from } = start;
    return { timeline: timeline.name, epoch, head, read, unread, from };
  }

  /** Registers the group again for one of its users here, after a gap. The version of joining; 0: no member any more. */
  async confirm(timeline: LocalTimeline, user: string): Promise<number> {
    const entry = { group: timeline.id, version: 0, join: '', read: '', hasSeen: false };
    const reply = await this.call(timeline, user, entry, NOTHING, 0);
    return reply.status === 'OK' ? reply.version : 0;
  }

  /** Stops following; the node's interest ends with its last follower. */
  async detach(session: Session, name: string): Promise<void> {
    const abandoned = this.hub.unfollow(session, name);
    if (abandoned) await this.interest.release(abandoned);
  }

  private async call(timeline: LocalTimeline, user: string, entry: GroupEntry, request: AttachRequest, limit: number) {
    const { keys } = timeline;
    const users = Math.min(timeline.users.size, limits.membersPerGroup);
    const reply = await untilSwept(() =>
      groupAttach(
        this.scripts,
        {
          part: keys.home.part,
          log: keys.log,
          state: keys.state,
          gone: keys.gone,
          ttl: keys.ttl,
          members: this.keys.groupMembers(keys),
          leavers: this.keys.groupLeft(keys),
          nodes: keys.audience,
          holdings: this.keys.nodeHoldings(keys.home, this.node()),
        },
        {
          group: timeline.id,
          user,
          node: this.node(),
          users,
          resume: request.resume,
          device: request.device,
          read: entry.read,
          join: entry.join,
          seen: request.seen,
          limit,
          maxBytes: FIRST_BYTES,
        },
      ),
    );
    if (reply.status === 'OK') timeline.toldUsers = users;
    return reply;
  }
}
