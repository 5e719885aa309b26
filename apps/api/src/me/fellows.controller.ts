/** What a user may know of others: who of those they share a group with is online. */
import {
  fellowsQuery,
  type FellowsQuery,
  groupId,
  type PageQuery,
  pageQuery,
  type UserPresence,
} from '@fanfare/contracts';
import { Fellows, GroupPresence, type GroupPresencePage, Groups } from '@fanfare/groups';
import { Presence } from '@fanfare/roster';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TokenUser } from '../credentials/token-user.js';
import { groupPresenceAnswer, groupsOfUserAnswer, presenceAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';
import { type GroupsPage, pageOfGroups } from '../users/groups-page.js';

@ApiTags('me')
@Controller('v1/me')
export class FellowsController {
  constructor(
    private readonly fellows: Fellows,
    private readonly groups: Groups,
    private readonly presence: Presence,
    private readonly groupPresence: GroupPresence,
  ) {}

  @Endpoint({
    credential: 'user token',
    summary: "Groups of the token's user",
    description: 'In the order of joining.',
    example: {},
    answers: { 200: ['A page of groups', groupsOfUserAnswer] },
    codes: ['invalid'],
  })
  @Get('groups')
  async own(@TokenUser() user: string, @Query({ schema: pageQuery }) query: PageQuery): Promise<GroupsPage> {
    return pageOfGroups((await this.groups.of(user)).groups, query);
  }

  @Endpoint({
    credential: 'user token',
    summary: "Who of a group of the token's user is online",
    description:
      'As `GET /v1/groups/{id}/presence`. A group that the user is not in is answered like one that does not exist.',
    example: { path: { id: 'eng' }, query: { limit: '10' } },
    answers: { 200: ['A page of members that are online', groupPresenceAnswer] },
    codes: ['group_unknown', 'invalid'],
  })
  @Get('groups/:id/presence')
  async online(
    @TokenUser() user: string,
    @Param('id', { schema: groupId }) group: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<GroupPresencePage> {
    await this.fellows.assertMember(group, user);
    return this.groupPresence.page(group, query);
  }

  @Endpoint({
    credential: 'user token',
    summary: 'Presence of up to 100 users',
    description:
      "Of the token's user and of those they share a group with. All others are left out of the answer, whether or not " +
      'they are known.',
    example: { body: { users: ['alice', 'bob'] } },
    answers: { 200: ['The presence of each whom the user may see', presenceAnswer] },
    codes: ['invalid'],
  })
  @Post('presence/query')
  @HttpCode(200)
  async query(
    @TokenUser() user: string,
    @Body({ schema: fellowsQuery }) { users }: FellowsQuery,
  ): Promise<{ users: Record<string, UserPresence> }> {
    return { users: await this.presence.query(await this.fellows.among(user, users)) };
  }
}
