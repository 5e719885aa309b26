/**
 * The membership service, as the api sees it. A call that is not answered by its deadline is a Problem `timeout`: what
 * was asked may have been done, or be done still.
 */
import {
  membershipChange,
  membershipDelete,
  membershipErase,
  membershipJoin,
  membershipLeave,
} from '@fanfare/contracts';
import { request, type RedisTransportClient } from '@fanfare/redis-transport';

export class MembershipService {
  constructor(private readonly client: RedisTransportClient) {}

  join(group: string, users: string[]): Promise<{ added: number }> {
    return request(this.client, membershipJoin, { group, users });
  }

  leave(group: string, users: string[]): Promise<{ removed: number }> {
    return request(this.client, membershipLeave, { group, users });
  }

  async delete(group: string): Promise<void> {
    await request(this.client, membershipDelete, { group });
  }

  async erase(user: string): Promise<void> {
    await request(this.client, membershipErase, { user });
  }

  change(group: string, add: string[], remove: string[]): Promise<{ added: number; removed: number }> {
    return request(this.client, membershipChange, { group, add, remove });
  }
}
