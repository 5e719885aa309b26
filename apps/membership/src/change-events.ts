/** Publishes `membership.changed`, some users an event, so that no listener gets a megabyte at once. */
import { membershipChanged } from '@fanfare/contracts';
import type { MembershipChange } from '@fanfare/groups';
import { publishEvent, type RedisTransportClient } from '@fanfare/redis-transport';

const USERS_PER_EVENT = 500;

export class ChangeEvents {
  constructor(private readonly client: RedisTransportClient) {}

  async publish({ group, state, users, at }: MembershipChange): Promise<void> {
    for (let start = 0; start < users.length; start += USERS_PER_EVENT) {
      const some = users.slice(start, start + USERS_PER_EVENT);
      await publishEvent(this.client, membershipChanged, { group, state, users: some, at });
    }
  }
}
