import { type PageQuery, pageQuery, Problem, putUserRequest, type PutUserRequest, userId } from '@fanfare/contracts';
import { Groups } from '@fanfare/groups';
import { Users } from '@fanfare/roster';
import { ReadCursors } from '@fanfare/timelines';
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { MembershipService } from '../groups/membership-service.js';
import { groupsOfUserAnswer, putUserAnswer, userAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';
import { type GroupsPage, pageOfGroups } from './groups-page.js';
import { type UserWithCounts, withCounts } from './user-with-counts.js';

@ApiTags('users')
@Controller('v1/users/:id')
export class UsersController {
  constructor(
    private readonly users: Users,
    private readonly groups: Groups,
    private readonly cursors: ReadCursors,
    private readonly memberships: MembershipService,
  ) {}

  @Endpoint({
    summary: 'Make a user known, or replace their attributes',
    description: 'Publishing to a user makes them known too; attributes are for audiences that filter by them.',
    example: { path: { id: 'alice' }, body: { attributes: { plan: 'pro', age: 42 } } },
    answers: { 200: ['Replaced', putUserAnswer], 201: ['Now known', putUserAnswer] },
    codes: ['invalid'],
  })
  @Put()
  async put(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: putUserRequest.prefault({}) }) { attributes = {} }: PutUserRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ id: string; attributes: NonNullable<PutUserRequest['attributes']> }> {
    const { created } = await this.users.put(id, attributes);
    if (created) void reply.code(201);
    return { id, attributes };
  }

  @Endpoint({
    summary: 'Attributes, presence and counts of a user',
    example: { path: { id: 'alice' } },
    answers: { 200: ['The user', userAnswer] },
    codes: ['not_found', 'invalid'],
  })
  @Get()
  async get(@Param('id', { schema: userId }) id: string): Promise<UserWithCounts> {
    const [user, unread] = await Promise.all([this.users.get(id), this.cursors.unread(id)]);
    if (!user) throw new Problem('not_found', `the user ${JSON.stringify(id)} is not known`);
    return withCounts(user, unread);
  }

  @Endpoint({
    summary: 'Erase a user',
    description:
      'Everything kept of them: messages, cursors, devices, memberships, attributes, presence. Their sessions are closed ' +
      'with 4409. What is published to them later makes them anew. A user who is not known stays so.',
    example: { path: { id: 'former-colleague' } },
    answers: { 204: ['Nothing is kept of them'] },
    codes: ['invalid', 'conflict', 'timeout'],
  })
  @Delete()
  @HttpCode(204)
  async erase(@Param('id', { schema: userId }) id: string): Promise<void> {
    await this.memberships.erase(id);
  }

  @Endpoint({
    summary: 'Groups of a user',
    description: 'In the order of joining. A user who is not known is in none.',
    example: { path: { id: 'alice' } },
    answers: { 200: ['A page of groups', groupsOfUserAnswer] },
    codes: ['invalid'],
  })
  @Get('groups')
  async groupsOf(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<GroupsPage> {
    return pageOfGroups((await this.groups.of(id)).groups, query);
  }
}
