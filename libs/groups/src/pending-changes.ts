/**
 * Completes what was recorded a while ago and not completed, because a process died or lost Redis in the middle. Any number
 * of processes may do this at the same time: every step may run twice, and an older change never undoes a newer one.
 */
import type { Deletions } from './deletions.js';
import type { Erasures } from './erasures.js';
import type { IntentRecord, Intents } from './intents.js';
import type { Memberships } from './memberships.js';

export class PendingChanges {
  constructor(
    private readonly intents: Intents,
    private readonly memberships: Memberships,
    private readonly deletions: Deletions,
    private readonly erasures: Erasures,
  ) {}

  /**
   * To be called now and then by every process that changes memberships.
   *
   * @returns how many were completed
   */
  async complete(): Promise<number> {
    let completed = 0;
    for (const record of await this.intents.pending()) if (await this.completeOne(record)) completed += 1;
    return completed;
  }

  private async completeOne({ action, group, users, ...intent }: IntentRecord): Promise<boolean> {
    if (action === 'delete') return this.deletions.complete(intent, group);
    const names = JSON.parse(users) as string[];
    if (action === 'erase') await this.erasures.complete(intent, names);
    else await this.memberships.completeChange(action === 'join' ? 'join' : 'leave', intent, group, names);
    return true;
  }
}
