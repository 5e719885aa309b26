/**
 * What a user has read. A cursor moves forward only; it is set under the condition that it still is what the new one was
 * computed from, so concurrent readers never undo each other. The user's other sessions are told.
 */
import {
  type EverythingRead,
  parseTimeline,
  Problem,
  type ReadAnswer,
  type ReadRequest,
  type ReadStatus,
  type UnreadAnswer,
} from '@fanfare/contracts';
import { type Keyspace, type ScriptRunner, userCursors, userRead, userSeen } from '@fanfare/redis-scripts';
import { findAllShare } from './all-share.js';
import { allCursor, type Cursor, type GroupEntry, groupCursor, groupEntries, ownCursor } from './cursors.js';
import { headsOf, type TimelineHead } from './heads.js';
import { Turns } from './turns.js';

const MAX_TRIES = 8;

export class ReadCursors {
  /** Whoever reads on without waiting would be in their own way. */
  private readonly turns = new Turns();

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** Unread counts of every timeline of the user; none for an unknown user. */
  async unread(user: string): Promise<UnreadAnswer> {
    const heads = await headsOf(this.scripts, await this.of(user));
    const timelines: Record<string, number> = {};
    let total = 0;
    for (const [timeline, { unread }] of heads) {
      timelines[timeline] = unread;
      total += unread;
    }
    return { total, timelines };
  }

  /**
   * Marks as read up to an offset (cut to the head), or single offsets, or everything.
   *
   * @param exceptSession the session that reads, which need not be told
   * @throws Problem not_found for a timeline that is not the user's
   */
  async read(user: string, request: ReadRequest, exceptSession = ''): Promise<ReadAnswer> {
    const { unread } =
      'everything' in request
        ? await this.readEverything(user, exceptSession)
        : await this.readIn(user, request, exceptSession);
    return { unread };
  }

  /** The cursors of all timelines, each to its head: at most two calls for each. */
  async readEverything(user: string, exceptSession = ''): Promise<EverythingRead> {
    const moved = await Promise.all(
      (await this.of(user)).map((cursor) => this.moveToHead(user, cursor, exceptSession).catch(asLeft)),
    );
    const timelines = moved.filter((status) => status !== undefined);
    return { unread: timelines.reduce((sum, { unread }) => sum + unread, 0), timelines };
  }

  /** The same for one timeline; answers its cursor too. */
  async readIn(
    user: string,
    request: Exclude<ReadRequest, { everything: true }>,
    exceptSession = '',
  ): Promise<{ read: number; unread: number }> {
    const upTo = 'upTo' in request ? request.upTo : 0;
    const offsets = 'offsets' in request ? request.offsets : [];
    return this.move(user, request.timeline, upTo, offsets, exceptSession);
  }

  /** The cursors of every timeline that the user may read: the own one, the groups, and `all`. */
  async of(user: string): Promise<Cursor[]> {
    const keys = this.keys.user(user);
    const stored = await userCursors(this.scripts, {
      state: keys.state,
      groups: this.keys.userGroups(keys),
      seenUser: this.keys.userSeen(keys, `user:${user}`),
      seenAll: this.keys.userSeen(keys, 'all'),
    });
    if (stored.status !== 'OK') return [];
    const groups = groupEntries(stored.groups);
    const seen = await this.seenIn(user, groups);
    const share = { read: stored.all, floor: stored.allFloor };
    const { read, floor } =
      share.floor === '' ? await findAllShare(this.scripts, this.keys, user, stored.since) : share;
    return [
      ownCursor(this.keys, user, stored.read, stored.seenUser),
      ...groups.map((entry) => groupCursor(this.keys, entry, seen.get(entry.group) ?? '')),
      allCursor(this.keys, read, floor, stored.seenAll),
    ];
  }

  /** Offsets read individually in groups, for those groups that have some. */
  async seenIn(user: string, groups: readonly GroupEntry[]): Promise<Map<string, string>> {
    const marked = groups.filter(({ hasSeen }) => hasSeen);
    if (marked.length === 0) return new Map();
    const keys = this.keys.user(user);
    const items = marked.map(({ group }) => ({ seen: this.keys.userSeen(keys, `group:${group}`) }));
    const { offsets } = await userSeen(this.scripts, items);
    return new Map(marked.map(({ group }, index) => [group, offsets[index] ?? '']));
  }

  private async moveToHead(user: string, cursor: Cursor, except: string): Promise<ReadStatus> {
    const { timeline } = cursor;
    return { timeline, ...(await this.move(user, timeline, Number.MAX_SAFE_INTEGER, [], except, cursor)) };
  }

  private move(
    user: string,
    timeline: string,
    upTo: number,
    offsets: readonly number[],
    except: string,
    known?: Cursor,
  ): Promise<{ read: number; unread: number }> {
    return this.turns.take(`${user}\t${timeline}`, () => this.moveNow(user, timeline, upTo, offsets, except, known));
  }

  private async moveNow(
    user: string,
    timeline: string,
    upTo: number,
    offsets: readonly number[],
    except: string,
    known?: Cursor,
  ): Promise<{ read: number; unread: number }> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      // One that is known may be out of date: then it is not stored, and looked up.
      const cursor = attempt === 0 && known ? known : (await this.of(user)).find((one) => one.timeline === timeline);
      if (!cursor) throw new Problem('not_found', `${timeline} is no timeline of this user`);
      const seen = offsets.length === 0 ? cursor.seen : [cursor.seen, ...offsets].join(',');
      const head = (await headsOf(this.scripts, [{ ...cursor, seen }], upTo)).get(timeline);
      if (!head?.known) return { read: 0, unread: 0 };
      const read = compacted(head);
      if (await this.store(user, cursor, { ...head, read }, offsets, except)) return { read, unread: head.unread };
    }
    throw new Problem('conflict', 'the read cursor was moved by others again and again; try again');
  }

  /** Whether the new cursor was stored; false where another reader was faster. */
  private async store(
    user: string,
    cursor: Cursor,
    head: TimelineHead,
    offsets: readonly number[],
    except: string,
  ): Promise<boolean> {
    const { read } = head;
    const kept = offsets.filter((offset) => offset > read && offset <= head.head);
    if (cursor.read === `${read} ${head.epoch}` && kept.length === 0) return true;
    const { kind, id } = parseTimeline(cursor.timeline) ?? { kind: 'user', id: user };
    const keys = this.keys.user(user);
    const reply = await userRead(
      this.scripts,
      {
        part: keys.home.part,
        links: keys.home.links,
        sessions: keys.home.sessions,
        state: keys.state,
        groups: this.keys.userGroups(keys),
        seen: this.keys.userSeen(keys, cursor.timeline),
        kept: this.keys.userKept(keys),
      },
      {
        user,
        timeline: cursor.timeline,
        field: kind === 'user' ? 'read' : kind === 'all' ? 'all' : '',
        group: kind === 'group' ? id : '',
        expected: cursor.read,
        offset: read,
        epoch: head.epoch,
        offsets: kept.join(','),
        unread: head.unread,
        except,
      },
    );
    if (reply.status === 'NOT_MEMBER') throw new Problem('not_found', `${cursor.timeline} is no timeline of this user`);
    return reply.status === 'OK';
  }
}

/** A group that the user has left meanwhile is none of their timelines any more. */
function asLeft(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'not_found') return undefined;
  throw error;
}

/** The cursor moved over the offsets directly behind it that were read individually. */
function compacted({ read, seen }: TimelineHead): number {
  const offsets = new Set(seen.split(',').map(Number));
  let cursor = read;
  while (offsets.has(cursor + 1)) cursor += 1;
  return cursor;
}
