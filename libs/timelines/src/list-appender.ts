/**
 * Appends one message to the timelines of many users, those of one partition in one script call. A chunk that was
 * appended once, wherever and by whomever, is not appended again within a day.
 */
import { userTimeline } from '@fanfare/contracts';
import { type Keyspace, type ScriptRunner, timelineAppendMany, userOwn } from '@fanfare/redis-scripts';
import type { Retention } from './retention.js';

export interface ListMessage {
  /** Index in PRIORITIES. */
  readonly priority: number;
  /** ms, 0 for never */
  readonly expiresAt: number;
  readonly from: string | undefined;
  /** The message as JSON. */
  readonly json: Buffer;
}

/** Users of one partition, and what makes the chunk known again: its job and its number there. */
export interface ListChunk {
  readonly job: string;
  readonly index: number;
  readonly partition: number;
  readonly users: readonly string[];
}

/** Bounds the work of one call: about a millisecond of Redis's time. */
const USERS_PER_CHUNK = 128;
const BYTES_PER_CHUNK = 256 * 1024;
const MARKER_MS = 24 * 3600 * 1000;

/** How many users a chunk may have, for a message of so many bytes. */
export function usersPerChunk(messageBytes: number): number {
  return Math.max(1, Math.min(USERS_PER_CHUNK, Math.floor(BYTES_PER_CHUNK / messageBytes)));
}

export class ListAppender {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly retention: Retention,
  ) {}

  /**
   * @returns false where the chunk had been appended before
   * @throws UnavailableError, TimeoutError: it may have been appended; repeating it is safe
   */
  async append(chunk: ListChunk, { priority, expiresAt: expires, from, json }: ListMessage): Promise<boolean> {
    const home = this.keys.home(chunk.partition);
    const { part, links, users, sessions } = home;
    const marker = this.keys.chunkMarker(home, chunk.job, chunk.index);
    const { userMessages: userCap, ageMs: age } = this.retention;
    const reply = await timelineAppendMany(
      this.scripts,
      { part, links, users, sessions, marker },
      { userCap, age, priority, expires, from: from ?? '', markerMs: MARKER_MS, json },
      chunk.users.map((user) => {
        const { log, state, ttl } = this.keys.userIn(home, user);
        return { log, state, ttl: expires > 0 ? ttl : undefined, user };
      }),
    );
    if (from !== undefined && reply.own !== '') await this.settleOwn(from, reply.own);
    return reply.status === 'OK';
  }

  /** One's own message does not count as unread for oneself. */
  private async settleOwn(from: string, own: string): Promise<void> {
    const [offset = '', epoch = ''] = own.split(' ');
    const sender = this.keys.user(from);
    const { state } = sender;
    const seen = this.keys.userSeen(sender, userTimeline(from));
    await userOwn(
      this.scripts,
      { state, groups: this.keys.userGroups(sender), seen, kept: this.keys.userKept(sender) },
      { group: '', offset: Number(offset), epoch },
    );
  }
}
