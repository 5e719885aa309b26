/**
 * Deletes groups. In one step the group is unknown to whoever publishes, and nobody is a member; then its members' side is
 * undone in chunks, which for a large group goes on after the answer. Until that has ended the group can't be made again.
 * The intent is dropped at the very end, so whatever dies in between is completed by another process.
 */
import {
  groupRemove,
  groupUndone,
  type Keyspace,
  rosterPage,
  type ScriptRunner,
  userLeft,
} from '@fanfare/redis-scripts';
import type { Intent, Intents } from './intents.js';
import type { MembershipChange } from './memberships.js';
import { byHome, chunked } from './partitions.js';
import { untilLater } from './until-later.js';
import { recordedAt } from './version.js';

export interface DeletionEvents {
  /** Told before members are forgotten, so at least once. */
  onChanged(change: MembershipChange): Promise<void>;
  /** What went on after the answer has failed; it is completed later. */
  onError(error: unknown): void;
}

/** Enough that a partition's share of them makes a call worth it. */
const MEMBERS_PER_ROUND = 2048;
const MEMBERS_PER_CALL = 256;
/** A caller is made to wait no longer than this for the members of a large group. */
const ANSWER_WITHIN_MS = 1000;

export class Deletions {
  private readonly underway = new Map<string, Promise<void>>();
  private isClosed = false;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly intents: Intents,
    private readonly events: DeletionEvents,
  ) {}

  /**
   * Nothing accepted later reaches a member when it is answered. A group that does not exist stays so.
   *
   * @returns whether all members are undone on their side too
   */
  async delete(group: string, version?: number): Promise<{ done: boolean }> {
    const intent = await this.intents.record('delete', group, [], version);
    await this.remove(intent, group);
    const rest = this.start(intent, group);
    return { done: await endsWithin(rest, ANSWER_WITHIN_MS) };
  }

  /** Completes what a process began and did not live to end. false: it is under way here, and goes on by itself. */
  async complete(intent: Intent, group: string): Promise<boolean> {
    if (this.underway.has(intent.id)) return false;
    await this.remove(intent, group);
    await this.start(intent, group);
    return true;
  }

  /** Ends what goes on after its answer, at the next chunk; another process completes it. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.underway.values());
  }

  private async remove({ version }: Intent, group: string): Promise<void> {
    const keys = this.keys.group(group);
    const { home, log, state, gone, ttl, audience } = keys;
    await untilLater(() =>
      groupRemove(
        this.scripts,
        {
          ...{ part: home.part, links: home.links, log, state, gone, ttl, nodes: audience },
          members: this.keys.groupMembers(keys),
          left: this.keys.groupLeft(keys),
          removed: this.keys.groupRemoved(keys),
        },
        { group, version },
      ),
    );
  }

  private start(intent: Intent, group: string): Promise<void> {
    const rest = this.undoAll(intent, group).finally(() => this.underway.delete(intent.id));
    this.underway.set(intent.id, rest);
    rest.catch((error) => this.events.onError(error));
    return rest;
  }

  private async undoAll(intent: Intent, group: string): Promise<void> {
    const removed = this.keys.groupRemoved(this.keys.group(group));
    while (!this.isClosed) {
      const args = { score: '', after: '', limit: MEMBERS_PER_ROUND };
      const { users } = await rosterPage(this.scripts, { set: removed }, args);
      if (users.length === 0) return this.intents.drop(intent.id);
      await this.undo(
        intent,
        group,
        removed,
        users.map(({ user }) => user),
      );
    }
  }

  private async undo({ version }: Intent, group: string, removed: string, users: string[]): Promise<void> {
    await Promise.all(
      byHome(this.keys, users).map(([, chunk]) => {
        const items = chunk.map((user) => ({ groups: this.keys.userGroups(this.keys.user(user)) }));
        return userLeft(this.scripts, { group, version }, items);
      }),
    );
    await this.events.onChanged({ group, state: 'left', users, at: recordedAt(version) });
    const chunks = chunked(users, MEMBERS_PER_CALL).map((chunk) => chunk.map((user) => ({ user })));
    await Promise.all(chunks.map((chunk) => groupUndone(this.scripts, { removed }, chunk)));
  }
}

/** @throws what `work` throws within that time */
async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
