import {
  inboxQuery,
  type InboxQuery,
  type ReadAnswer,
  readRequest,
  type ReadRequest,
  type UnreadAnswer,
} from '@fanfare/contracts';
import { Inbox, ReadCursors } from '@fanfare/timelines';
import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TokenUser } from '../credentials/token-user.js';
import { inboxAnswer, readAnswer, unreadAnswer } from '../openapi/answers.js';
import { Endpoint, JSON_TYPE } from '../openapi/endpoint.js';

@ApiTags('me')
@Controller('v1/me')
export class OwnInboxController {
  constructor(
    private readonly inbox: Inbox,
    private readonly cursors: ReadCursors,
  ) {}

  @Endpoint({
    credential: 'user token',
    summary: "Messages of the token's user",
    description: 'As `GET /v1/users/{id}/inbox`.',
    example: { query: { timeline: '*', limit: '10' } },
    answers: { 200: ['A page of messages', inboxAnswer] },
    codes: ['invalid', 'not_found'],
  })
  @Get('inbox')
  @Header('content-type', JSON_TYPE)
  page(@TokenUser() user: string, @Query({ schema: inboxQuery }) query: InboxQuery): Promise<Buffer> {
    return this.inbox.json(user, query);
  }

  @Endpoint({
    credential: 'user token',
    summary: "How many messages the token's user has not read",
    description: 'In all, and by timeline.',
    example: {},
    answers: { 200: ['The counts', unreadAnswer] },
    codes: [],
  })
  @Get('unread')
  unread(@TokenUser() user: string): Promise<UnreadAnswer> {
    return this.cursors.unread(user);
  }

  @Endpoint({
    credential: 'user token',
    summary: "Mark messages of the token's user as read",
    description: "As `POST /v1/users/{id}/read`. The user's open sessions are told, in other tabs too.",
    example: { body: { everything: true } },
    answers: { 200: ['What is left', readAnswer] },
    codes: ['invalid', 'not_found', 'conflict'],
  })
  @Post('read')
  @HttpCode(200)
  read(@TokenUser() user: string, @Body({ schema: readRequest }) body: ReadRequest): Promise<ReadAnswer> {
    return this.cursors.read(user, body);
  }
}
