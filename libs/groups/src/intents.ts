/**
 * What is to be done to memberships, recorded before anything is done. The id of the record is the version of the change;
 * whoever finds an old record completes it.
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

/** `delete` is of a group and names nobody, `erase` of a user and names no group. */
export type IntentAction = 'join' | 'leave' | 'delete' | 'erase';
export type IntentRecord = MembershipPendingReply['records'][number];

const PENDING_AFTER_MS = 10_000;
const PENDING_PER_CALL = 16;

export class Intents {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  async record(action: IntentAction, group: string, users: readonly string[]): Promise<string> {
    const names = JSON.stringify([...new Set(users)]);
    const keys = { intents: this.keys.intents };
    const record = action === 'join' ? membershipRecord : membershipRecordRemoval; // which goes on where memory is full
    return (await record(this.scripts, keys, { action, group, users: names })).id;
  }

  async drop(id: string): Promise<void> {
    await membershipComplete(this.scripts, { intents: this.keys.intents }, { id });
  }

  /** Recorded a while ago and not completed, oldest first. */
  async pending(): Promise<readonly IntentRecord[]> {
    const args = { idleMs: PENDING_AFTER_MS, limit: PENDING_PER_CALL };
    return (await membershipPending(this.scripts, { intents: this.keys.intents }, args)).records;
  }
}
