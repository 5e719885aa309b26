/**
 * What is to be done to memberships, recorded before anything is done; whoever finds an old record completes it.
 */
import {
  type Keyspace,
  membershipComplete,
  membershipPending,
  type MembershipPendingReply,
  membershipRecord,
  membershipRecordRemoval,
  type ScriptRunner,
} from '@fanfare/redis-scripts';
import { versionOf } from './version.js';

/** `delete` is of a group and names nobody, `erase` of a user and names no group. */
export type IntentAction = 'join' | 'leave' | 'delete' | 'erase';
export type IntentRecord = Omit<MembershipPendingReply['records'][number], 'version'> & { readonly version: number };

/** A change that is recorded. */
export interface Intent {
  readonly id: string;
  readonly version: number;
}

const PENDING_AFTER_MS = 10_000;
const PENDING_PER_CALL = 16;

export class Intents {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** @param version of the request that asks for it; without one the record's own */
  async record(action: IntentAction, group: string, users: readonly string[], version?: number): Promise<Intent> {
    const names = JSON.stringify([...new Set(users)]);
    const keys = { intents: this.keys.intents };
    const record = action === 'join' ? membershipRecord : membershipRecordRemoval; // which goes on where memory is full
    const { id } = await record(this.scripts, keys, { action, group, users: names, version: String(version ?? '') });
    return { id, version: version ?? versionOf(id) };
  }

  async drop(id: string): Promise<void> {
    await membershipComplete(this.scripts, { intents: this.keys.intents }, { id });
  }

  /** Recorded a while ago and not completed, oldest first. */
  async pending(): Promise<readonly IntentRecord[]> {
    const args = { idleMs: PENDING_AFTER_MS, limit: PENDING_PER_CALL };
    const { records } = await membershipPending(this.scripts, { intents: this.keys.intents }, args);
    return records.map((one) => ({ ...one, version: one.version === '' ? versionOf(one.id) : Number(one.version) }));
  }
}
