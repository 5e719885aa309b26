/**
 * Makes good what was missed on a link: registers again what the node holds in the partition, compares memberships, and
 * lets every session read on from where it is. Until that is done nothing of the partition's groups is handed on live,
 * because a removal may be among what was missed.
 */
import { ALL_TIMELINE, groupTimeline, userTimeline } from '@fanfare/contracts';
import type { Keyspace, PartitionKeys } from '@fanfare/redis-scripts';
import { serverFrame } from '../frames/server-frame.js';
import type { GroupFollower } from '../sessions/group-follower.js';
import type { LocalTimeline } from '../sessions/local-timeline.js';
import type { Session } from '../sessions/session.js';
import type { SessionHub } from '../sessions/session-hub.js';
import { refuse, type SessionOpener } from '../sessions/session-opener.js';

const AT_ONCE = 128;

export class Repair {
  constructor(
    private readonly keys: Keyspace,
    private readonly hub: SessionHub,
    private readonly opener: SessionOpener,
    private readonly groups: GroupFollower,
  ) {}

  readonly hold = (home: PartitionKeys): void => {
    this.hub.gapped.add(home);
    for (const timeline of this.timelinesIn(home)) {
      timeline.forgetTail();
      for (const follower of timeline.followers) {
        follower.isLive = false;
        follower.isHeld = true;
      }
    }
  };

  readonly makeGood = async (home: PartitionKeys): Promise<void> => {
    await inTurns(this.hub.sessionsIn(home), (session) => this.reopen(session));
    const members = this.hub
      .groupsIn(home)
      .flatMap((group) => [...group.users.keys()].map((user) => ({ group, user })));
    await inTurns(members, ({ group, user }) => this.confirm(group, user));
    this.release(home);
  };

  private release(home: PartitionKeys): void {
    this.hub.gapped.delete(home);
    for (const timeline of this.timelinesIn(home)) {
      for (const follower of timeline.followers) {
        follower.isHeld = false;
        follower.session.catchUp();
      }
    }
  }

  private async reopen(session: Session): Promise<void> {
    if (session.isClosed || !session.isConnected) return;
    const entries = await this.opener.reopen(session);
    if (!Array.isArray(entries)) return refuse(session, entries);
    const versions = new Map(entries.map(({ group, version }) => [groupTimeline(group), version]));
    for (const [name, { timeline, version, isAttaching }] of [...session.followers]) {
      if (timeline.kind !== 'group' || isAttaching || (versions.get(name) ?? Infinity) <= version) continue;
      await this.dismiss(session, timeline);
    }
    for (const entry of entries) {
      if (session.followers.has(groupTimeline(entry.group))) continue;
      const status = await this.groups.attach(session, entry, { resume: '', device: '', seen: '' });
      if (!status) continue;
      const { group } = entry;
      session.transport.send(serverFrame('membership', { group, state: 'joined', timeline: status.timeline }));
    }
  }

  private async confirm(group: LocalTimeline, user: string): Promise<void> {
    const version = await this.groups.confirm(group, user);
    for (const session of this.hub.sessionsOf(user)) {
      const follower = session.followers.get(group.name);
      if (!follower || follower.isAttaching || (version > 0 && version <= follower.version)) continue;
      await this.dismiss(session, group);
    }
  }

  private async dismiss(session: Session, group: LocalTimeline): Promise<void> {
    await this.groups.detach(session, group.name);
    if (session.isConnected) session.transport.send(serverFrame('membership', { group: group.id, state: 'left' }));
  }

  private timelinesIn(home: PartitionKeys): LocalTimeline[] {
    if (home === this.keys.all.home)
      return [...this.hub.timelines.values()].filter(({ name }) => name === ALL_TIMELINE);
    return [...this.hub.timelines.values()].filter(
      ({ kind, name, id, keys }) => keys.home === home && (kind === 'group' || name === userTimeline(id)),
    );
  }
}

/** Bounded concurrency: a partition may hold thousands of sessions. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}
