import {
  type OnlinePage,
  type PageQuery,
  pageQuery,
  presenceQuery,
  type PresenceQuery,
  type UserPresence,
} from '@fanfare/contracts';
import { Presence } from '@fanfare/roster';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { onlineAnswer, presenceAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';

@ApiTags('presence')
@Controller('v1/presence')
export class PresenceController {
  constructor(private readonly presence: Presence) {}

  @Endpoint({
    summary: 'Who is online',
    description: 'Users with an open session, or who closed their last one within the grace. `total` counts all pages.',
    example: { query: { limit: '10' } },
    answers: { 200: ['A page of users', onlineAnswer] },
    codes: ['invalid'],
  })
  @Get('online')
  online(@Query({ schema: pageQuery }) query: PageQuery): Promise<OnlinePage> {
    return this.presence.online(query);
  }

  @Endpoint({
    summary: 'Presence of up to 1,000 users',
    description: 'Users who are not known are offline.',
    example: { body: { users: ['alice', 'bob'] } },
    answers: { 200: ['The presence of each', presenceAnswer] },
    codes: ['invalid'],
  })
  @Post('query')
  @HttpCode(200)
  async query(
    @Body({ schema: presenceQuery }) { users }: PresenceQuery,
  ): Promise<{ users: Record<string, UserPresence> }> {
    return { users: await this.presence.query(users) };
  }
}
