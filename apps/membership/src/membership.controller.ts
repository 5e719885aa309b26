/**
 * Commands and queries of other services. Every command may be carried out twice, by two replicas, and the second time,
 * however late, changes nothing: its version is the id of its request.
 */
import {
  membershipChange,
  membershipDelete,
  membershipErase,
  membershipGroups,
  membershipJoin,
  membershipLeave,
  membershipMembers,
} from '@fanfare/contracts';
import { Deletions, Erasures, Groups, Memberships, versionOf } from '@fanfare/groups';
import { Answers, ContractPipe, RedisTransportContext, type ReplyOf, type RequestOf } from '@fanfare/redis-transport';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';

@Controller()
export class MembershipController {
  constructor(
    @Inject(Memberships) private readonly memberships: Memberships,
    @Inject(Deletions) private readonly deletions: Deletions,
    @Inject(Erasures) private readonly erasures: Erasures,
    @Inject(Groups) private readonly groups: Groups,
  ) {}

  @Answers(membershipJoin)
  join(
    @Payload(new ContractPipe(membershipJoin)) { group, users }: RequestOf<typeof membershipJoin>,
    @Ctx() { entryId }: RedisTransportContext,
  ): Promise<ReplyOf<typeof membershipJoin>> {
    return this.memberships.join(group, users, versionOf(entryId));
  }

  @Answers(membershipLeave)
  leave(
    @Payload(new ContractPipe(membershipLeave)) { group, users }: RequestOf<typeof membershipLeave>,
    @Ctx() { entryId }: RedisTransportContext,
  ): Promise<ReplyOf<typeof membershipLeave>> {
    return this.memberships.leave(group, users, versionOf(entryId));
  }

  @Answers(membershipChange)
  async change(
    @Payload(new ContractPipe(membershipChange)) { group, add, remove }: RequestOf<typeof membershipChange>,
    @Ctx() { entryId }: RedisTransportContext,
  ): Promise<ReplyOf<typeof membershipChange>> {
    const [first, then] = [versionOf(entryId), versionOf(entryId, 1)];
    const { added } = add.length > 0 ? await this.memberships.join(group, add, first) : { added: 0 };
    const { removed } = remove.length > 0 ? await this.memberships.leave(group, remove, then) : { removed: 0 };
    return { added, removed };
  }

  @Answers(membershipDelete)
  delete(
    @Payload(new ContractPipe(membershipDelete)) { group }: RequestOf<typeof membershipDelete>,
    @Ctx() { entryId }: RedisTransportContext,
  ): Promise<ReplyOf<typeof membershipDelete>> {
    return this.deletions.delete(group, versionOf(entryId));
  }

  @Answers(membershipErase)
  async erase(
    @Payload(new ContractPipe(membershipErase)) { user }: RequestOf<typeof membershipErase>,
  ): Promise<ReplyOf<typeof membershipErase>> {
    await this.erasures.erase(user);
    return {};
  }

  @Answers(membershipMembers)
  async members(
    @Payload(new ContractPipe(membershipMembers)) { group, ...page }: RequestOf<typeof membershipMembers>,
  ): Promise<ReplyOf<typeof membershipMembers>> {
    const { members, ...rest } = await this.groups.members(group, page);
    return { ...rest, members: [...members] };
  }

  @Answers(membershipGroups)
  groupsOf(
    @Payload(new ContractPipe(membershipGroups)) { user }: RequestOf<typeof membershipGroups>,
  ): Promise<ReplyOf<typeof membershipGroups>> {
    return this.groups.of(user);
  }
}
