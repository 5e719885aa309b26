import {
  groupId,
  type MemberPage,
  membersRequest,
  type MembersRequest,
  type PageQuery,
  pageQuery,
  userId,
} from '@fanfare/contracts';
import { Groups } from '@fanfare/groups';
import { BodyLimit } from '@fanfare/service-kit';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { joinAnswer, memberPageAnswer, membersAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';
import { MembershipService } from './membership-service.js';

/** 10,000 ids of 128 bytes may be 10 MiB when written with escapes. */
const USER_LIST_BYTES = 16 * 1024 * 1024;

@ApiTags('groups')
@Controller('v1/groups/:id/members')
export class MembersController {
  constructor(
    private readonly groups: Groups,
    private readonly memberships: MembershipService,
  ) {}

  @Endpoint({
    summary: 'Members of a group',
    description: 'In the order of joining.',
    example: { path: { id: 'eng' }, query: { limit: '10' } },
    answers: { 200: ['A page of members', memberPageAnswer] },
    codes: ['group_unknown', 'invalid'],
  })
  @Get()
  members(
    @Param('id', { schema: groupId }) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<MemberPage> {
    return this.groups.members(id, query);
  }

  @Endpoint({
    summary: 'Add and remove up to 10,000 members',
    description:
      'First those of `add` join, then those of `remove` leave. `added` and `removed` count changes: a member who is ' +
      'added again is not counted. When it is answered, nothing accepted later reaches those who left.',
    example: { path: { id: 'eng' }, body: { add: ['alice', 'bob'], remove: ['carol'] } },
    answers: { 200: ['What changed', membersAnswer] },
    codes: ['invalid', 'conflict', 'too_large', 'timeout'],
  })
  @BodyLimit(USER_LIST_BYTES)
  @Post()
  @HttpCode(200)
  change(
    @Param('id', { schema: groupId }) id: string,
    @Body({ schema: membersRequest }) { add = [], remove = [] }: MembersRequest,
  ): Promise<{ added: number; removed: number }> {
    return this.memberships.change(id, add, remove);
  }

  @Endpoint({
    summary: 'Add a member',
    description: 'Makes the group where it does not exist, and the user known.',
    example: { path: { id: 'eng', user: 'alice' } },
    answers: { 200: ['Was a member already', joinAnswer], 201: ['Joined', joinAnswer] },
    codes: ['invalid', 'conflict', 'timeout'],
  })
  @Put(':user')
  async join(
    @Param('id', { schema: groupId }) id: string,
    @Param('user', { schema: userId }) user: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ group: string; user: string }> {
    const { added } = await this.memberships.join(id, [user]);
    if (added > 0) void reply.code(201);
    return { group: id, user };
  }

  @Endpoint({
    summary: 'Remove a member',
    description: 'When it is answered, nothing accepted later reaches them. One who is no member stays none.',
    example: { path: { id: 'eng', user: 'bob' } },
    answers: { 204: ['Is no member now'] },
    codes: ['invalid', 'timeout'],
  })
  @Delete(':user')
  @HttpCode(204)
  async leave(
    @Param('id', { schema: groupId }) id: string,
    @Param('user', { schema: userId }) user: string,
  ): Promise<void> {
    await this.memberships.leave(id, [user]);
  }
}
