/**
 * Opens sessions: registers them, reads where their device goes on in every timeline, and tells it with `connected`.
 *
 * A session follows its timelines before anything is read, so what is published meanwhile is kept in their tails, and
 * what is read afterwards is merged with it by offset: nothing is missed and nothing is sent twice.
 */
import { ALL_TIMELINE, closeCodes, groupTimeline, type TimelineStatus, userTimeline } from '@fanfare/contracts';
import { type Keyspace, type ScriptRunner, timelineStart } from '@fanfare/redis-scripts';
import type { Opened, Refused, SessionRegistry } from '@fanfare/roster';
import { findAllShare, groupEntries, type GroupEntry, type ReadCursors, untilSwept } from '@fanfare/timelines';
import type { GroupFollower } from './group-follower.js';
import type { LocalTimeline } from './local-timeline.js';
import { localStart, type StartRequest } from './local-start.js';
import type { Session } from './session.js';
import type { SessionHub } from './session-hub.js';

/** Positions of the client by timeline, "offset epoch". */
export type ResumePositions = ReadonlyMap<string, string>;

const OWN_ENTRIES = 128;
const SHARED_ENTRIES = 32;
const SHARED_BYTES = 32 * 1024;

/** Ends a session that must not be registered. */
export function refuse({ transport }: Session, { status }: Refused): void {
  if (status === 'FULL') transport.close(closeCodes.tooMany, 'this user has too many sessions');
  else transport.close(closeCodes.disconnected, 'disconnected by the backend');
}

export class SessionOpener {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly registry: SessionRegistry,
    private readonly cursors: ReadCursors,
    private readonly hub: SessionHub,
    private readonly groups: GroupFollower,
    private readonly node: () => string,
    /** Is not waited for: connecting is to be quick. */
    private readonly onOnline: (user: string) => void = () => undefined,
  ) {}

  /** What `connected` tells of the timelines; or why it is refused. */
  async open(session: Session, resume: ResumePositions): Promise<TimelineStatus[] | Refused> {
    this.hub.add(session);
    const own = userTimeline(session.user);
    const opened = await this.register(session, resume.get(own) ?? '', OWN_ENTRIES);
    if (opened.status !== 'OK') return opened;
    const follower = session.followers.get(own);
    if (follower) follower.ahead = opened;
    const { epoch, head, read, unread, from } = opened;
    const delivered = cursorMap(opened.cursors);
    const entries = groupEntries(opened.groups);
    const seen = await this.cursors.seenIn(session.user, entries);
    const shared = await Promise.all([
      ...entries.map((entry) => {
        const name = groupTimeline(entry.group);
        const positions = { resume: resume.get(name) ?? '', device: delivered.get(name) ?? '' };
        return this.groups.attach(session, entry, { ...positions, seen: seen.get(entry.group) ?? '' });
      }),
      this.startAll(session, opened, resume.get(ALL_TIMELINE) ?? '', delivered.get(ALL_TIMELINE) ?? ''),
    ]);
    return [{ timeline: own, epoch, head, read, unread, from }, ...shared.filter((status) => status !== undefined)];
  }

  /** Registers a session again after a gap, and answers the user's groups as they are now. */
  async reopen(session: Session): Promise<GroupEntry[] | Refused> {
    const opened = await this.register(session, '', 0);
    return opened.status === 'OK' ? groupEntries(opened.groups) : opened;
  }

  private async register(session: Session, resume: string, limit: number): Promise<Opened | Refused> {
    const { user, device } = session;
    const opened = await this.registry.open({ user, session: session.id, node: this.node(), device, resume, limit });
    if (opened.status !== 'OK') return opened;
    if (opened.cameOnline === 1) this.onOnline(user);
    if (this.hub.hasUser(user)) this.hub.noteHeld(this.keys.homeOf('user', user), `user\t${user}`);
    return opened;
  }

  private async startAll(session: Session, opened: Opened, resume: string, device: string): Promise<TimelineStatus> {
    const stored = { read: opened.all, floor: opened.allFloor };
    const share =
      stored.floor === '' ? await findAllShare(this.scripts, this.keys, session.user, opened.since) : stored;
    const request = { resume, device, read: share.read, join: share.floor, seen: opened.seenAll.join(',') };
    const timeline = this.hub.timeline('all', '');
    const known = this.startHere(session, timeline, request);
    if (known) return known;
    if (timeline.answered) {
      await timeline.answered;
      const learned = this.startHere(session, timeline, request);
      if (learned) return learned;
    }
    return timeline.asking(this.startThere(session, timeline, request));
  }

  private startHere(session: Session, timeline: LocalTimeline, request: StartRequest): TimelineStatus | undefined {
    const start = this.hub.gapped.has(timeline.keys.home) ? undefined : localStart(timeline, request);
    if (!start) return undefined;
    session.followers.get(ALL_TIMELINE)?.begin(start);
    return statusOf(start);
  }

  private async startThere(session: Session, timeline: LocalTimeline, request: StartRequest): Promise<TimelineStatus> {
    const { home, log, state, gone, ttl } = timeline.keys;
    const learn = this.hub.gapped.has(home) ? undefined : timeline.ask();
    const limits = { limit: SHARED_ENTRIES, maxBytes: SHARED_BYTES };
    const reply = await untilSwept(() =>
      timelineStart(this.scripts, { part: home.part, log, state, gone, ttl }, { ...request, ...limits }),
    );
    const follower = session.followers.get(ALL_TIMELINE);
    if (follower) {
      learn?.({ ...reply, leftBy: 0 }, reply);
      follower.floor = reply.floor;
      follower.ahead = reply;
    }
    return statusOf(reply);
  }
}

const statusOf = ({ epoch, head, read, unread, from }: Omit<TimelineStatus, 'timeline'>): TimelineStatus => ({
  timeline: ALL_TIMELINE,
  epoch,
  head,
  read,
  unread,
  from,
});

/** Timeline and position in turn, as HGETALL answers. */
function cursorMap(fields: readonly string[]): Map<string, string> {
  const cursors = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) cursors.set(fields[index] ?? '', fields[index + 1] ?? '');
  return cursors;
}
