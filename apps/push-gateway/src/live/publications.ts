/** Carries out what comes in on the links: hands messages to followers, and changes of users to their sessions. */
import { closeCodes, groupTimeline, PRIORITIES, userTimeline } from '@fanfare/contracts';
import type { Publication } from '@fanfare/node-link';
import { ephemeralFrame, messageFrame, serverFrame } from '../frames/server-frame.js';
import type { GroupFollower } from '../sessions/group-follower.js';
import type { Session } from '../sessions/session.js';
import type { SessionHub } from '../sessions/session-hub.js';
import { DeliveryAges } from './delivery-ages.js';
import { Run } from './run.js';

type Of<K extends Publication['kind']> = Extract<Publication, { kind: K }>;

const URGENT = PRIORITIES.indexOf('urgent');

export interface PublicationCounts {
  messages: number;
  ephemeralDropped: number;
}

export class Publications {
  readonly counts: PublicationCounts = { messages: 0, ephemeralDropped: 0 };
  readonly ages = new DeliveryAges();
  private readonly run: Run;

  constructor(
    private readonly hub: SessionHub,
    private readonly groups: GroupFollower,
    private readonly onError: (what: string, error: unknown) => void,
  ) {
    this.run = new Run(hub.deliveries);
  }

  /** Messages reach their sessions at the end of the turn that they came in (run.ts). */
  handle(publication: Publication): void {
    if (publication.kind === 'message') return this.message(publication);
    this.run.end();
    switch (publication.kind) {
      case 'list':
        return this.list(publication);
      case 'ephemeral':
        return this.ephemeral(publication);
      case 'retract':
        return this.retract(publication);
      case 'read':
        return this.read(publication);
      case 'joined':
        return this.joined(publication);
      case 'left':
        return this.left(publication);
      case 'deleted':
        return this.deleted(publication);
      case 'disconnect':
        return this.disconnect(publication);
      case 'unknown':
    }
  }

  private message({ timeline: name, offset, epoch, expiresAt, priority, first, body }: Of<'message'>): void {
    const timeline = this.hub.timelines.get(name);
    if (!timeline) return;
    this.counts.messages += 1;
    this.ages.note(body);
    const frame = messageFrame(name, offset, epoch, body);
    const entry = { offset, frame, expiresAt, isUrgent: priority === URGENT };
    timeline.take(epoch, entry, first);
    this.run.add(timeline, epoch, entry);
  }

  /** A frame for each user's timeline: the positions differ, the body is the same. */
  private list({ expiresAt, priority, recipients, body }: Of<'list'>): void {
    const isUrgent = priority === URGENT;
    this.ages.note(body);
    for (const { user, offset, epoch } of recipients) {
      const name = userTimeline(user);
      const timeline = this.hub.timelines.get(name);
      if (!timeline) continue;
      this.counts.messages += 1;
      const entry = { offset, frame: messageFrame(name, offset, epoch, body), expiresAt, isUrgent };
      this.hub.deliveries.count += timeline.push(epoch, entry);
    }
  }

  /** Dropped for those who are behind: what no timeline keeps can't be caught up on. */
  private ephemeral({ timeline: name, priority, body }: Of<'ephemeral'>): void {
    const timeline = this.hub.timelines.get(name);
    if (!timeline) return;
    this.ages.note(body);
    const frame = ephemeralFrame(name, body);
    for (const { session, isHeld } of timeline.followers) {
      if (!session.isConnected || isHeld) continue;
      if (session.isBehind) this.counts.ephemeralDropped += 1;
      else session.deliver(frame, undefined, priority === URGENT);
    }
  }

  /** In its place among the messages: who was sent the message hears of it, who was not never sees it. */
  private retract({ timeline: name, offset, epoch }: Of<'retract'>): void {
    this.hub.timelines.get(name)?.retract(epoch, offset, serverFrame('retract', { timeline: name, offset }));
  }

  private read({ user, timeline, offset, unread, exceptSession }: Of<'read'>): void {
    const frame = serverFrame('read', { timeline, read: offset, unread });
    for (const session of this.hub.sessionsOf(user)) {
      if (session.isConnected && session.id !== exceptSession) session.transport.send(frame);
    }
  }

  private joined({ user, group, version, position }: Of<'joined'>): void {
    for (const session of this.hub.sessionsOf(user)) {
      void this.follow(session, group, version, position);
    }
  }

  private async follow(session: Session, group: string, version: number, position: string): Promise<void> {
    try {
      await session.attaching?.get(group)?.catch(() => undefined);
      const follower = session.followers.get(groupTimeline(group));
      if (session.isClosed || (follower && follower.version >= version)) return;
      if (follower) await this.groups.detach(session, follower.timeline.name); // what lies between the two is not theirs
      const entry = { group, version, join: position, read: position, hasSeen: false };
      const status = await this.groups.attach(session, entry, { resume: '', device: '', seen: '' });
      if (!status || !session.isConnected) return;
      const { timeline } = status;
      session.transport.send(serverFrame('membership', { group, state: 'joined', timeline }));
      session.catchUp();
    } catch (error) {
      // The session lacks a group now; reconnecting is what mends it.
      this.onError('a session could not be attached to a group', error);
      session.transport.close(1012, 'reconnect');
    }
  }

  private left({ group, version, users }: Of<'left'>): void {
    const frame = serverFrame('membership', { group, state: 'left' });
    this.hub.timelines.get(groupTimeline(group))?.noteLeft(users, version);
    for (const user of users) {
      for (const session of this.hub.sessionsOf(user)) this.dismiss(session, group, version, frame);
    }
  }

  /** Of a group that was deleted everybody has left. */
  private deleted({ group, version }: Of<'deleted'>): void {
    const frame = serverFrame('membership', { group, state: 'left' });
    const timeline = this.hub.timelines.get(groupTimeline(group));
    timeline?.forgetTail();
    for (const { session } of [...(timeline?.followers ?? [])]) this.dismiss(session, group, version, frame);
  }

  /** Unless they joined after that. */
  private dismiss(session: Session, group: string, version: number, frame: Buffer): void {
    const name = groupTimeline(group);
    const follower = session.followers.get(name);
    if (!follower || follower.version > version) return;
    this.groups.detach(session, name).catch((error) => this.onError('interest could not be ended', error));
    if (session.isConnected) session.transport.send(frame);
  }

  private disconnect({ user, sessions }: Of<'disconnect'>): void {
    for (const session of this.hub.sessionsOf(user)) {
      if (!sessions.includes(session.id)) continue;
      session.transport.close(closeCodes.disconnected, 'disconnected by the backend');
    }
  }
}
