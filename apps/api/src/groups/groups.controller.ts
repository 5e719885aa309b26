import {
  groupId,
  type GroupView,
  type PageQuery,
  pageQuery,
  Problem,
  putGroupRequest,
  type PutGroupRequest,
} from '@fanfare/contracts';
import { GroupPresence, type GroupPresencePage, Groups } from '@fanfare/groups';
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { groupAnswer, groupPresenceAnswer, putGroupAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';
import { MembershipService } from './membership-service.js';

@ApiTags('groups')
@Controller('v1/groups/:id')
export class GroupsController {
  constructor(
    private readonly groups: Groups,
    private readonly presence: GroupPresence,
    private readonly memberships: MembershipService,
  ) {}

  @Endpoint({
    summary: 'Make a group, or replace its retention',
    description: 'The first member makes a group too. Without `retention` the settings of the service hold.',
    example: { path: { id: 'eng' }, body: { retention: { messages: 5000, seconds: 604_800 } } },
    answers: { 200: ['Replaced', putGroupAnswer], 201: ['Made', putGroupAnswer] },
    codes: ['invalid', 'conflict'],
  })
  @Put()
  async put(
    @Param('id', { schema: groupId }) id: string,
    @Body({ schema: putGroupRequest.prefault({}) }) body: PutGroupRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ id: string } & PutGroupRequest> {
    const { created } = await this.groups.put(id, body);
    if (created) void reply.code(201);
    return { id, ...body };
  }

  @Endpoint({
    summary: 'A group and its size',
    example: { path: { id: 'eng' } },
    answers: { 200: ['The group', groupAnswer] },
    codes: ['group_unknown', 'invalid'],
  })
  @Get()
  async get(@Param('id', { schema: groupId }) id: string): Promise<GroupView> {
    const group = await this.groups.get(id);
    if (!group) throw new Problem('group_unknown', `there is no group ${JSON.stringify(id)}`);
    return group;
  }

  @Endpoint({
    summary: 'Who of a group is online',
    description:
      '`online` counts all pages. Of a group of more than 10,000 members it is `approximate`: the numbers of the gateways ' +
      'added up, where a user with sessions on two of them counts twice. A page may be short although more follow.',
    example: { path: { id: 'eng' }, query: { limit: '10' } },
    answers: { 200: ['A page of members that are online', groupPresenceAnswer] },
    codes: ['group_unknown', 'invalid'],
  })
  @Get('presence')
  online(
    @Param('id', { schema: groupId }) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<GroupPresencePage> {
    return this.presence.page(id, query);
  }

  @Endpoint({
    summary: 'Delete a group',
    description:
      'When it is answered the group is unknown: nothing can be published to it, nobody is a member, and sessions of those ' +
      'who were get `membership` `left`. Of a large group the memberships of users are undone in the background; until ' +
      'that is done making it again is a `conflict`. A group that does not exist stays so.',
    example: { path: { id: 'old-team' } },
    answers: { 204: ['It does not exist'] },
    codes: ['invalid', 'timeout'],
  })
  @Delete()
  @HttpCode(204)
  async delete(@Param('id', { schema: groupId }) id: string): Promise<void> {
    await this.memberships.delete(id);
  }
}
