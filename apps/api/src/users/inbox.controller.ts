import {
  inboxQuery,
  type InboxQuery,
  type ReadAnswer,
  readRequest,
  type ReadRequest,
  type UnreadAnswer,
  userId,
} from '@fanfare/contracts';
import { Inbox, ReadCursors } from '@fanfare/timelines';
import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { inboxAnswer, readAnswer, unreadAnswer } from '../openapi/answers.js';
import { Endpoint, JSON_TYPE } from '../openapi/endpoint.js';

@ApiTags('inbox')
@Controller('v1/users/:id')
export class InboxController {
  constructor(
    private readonly inbox: Inbox,
    private readonly cursors: ReadCursors,
  ) {}

  @Endpoint({
    summary: 'Messages of a user',
    description:
      'Of one timeline, newest first, or oldest first with `after`; or of all of them merged with `timeline=*`. ' +
      'A page may be short although more follows: there is more for as long as there is a `cursor`. ' +
      'A user who is not known has an empty inbox.',
    example: { path: { id: 'alice' }, query: { timeline: '*', limit: '10' } },
    answers: { 200: ['A page of messages', inboxAnswer] },
    codes: ['invalid', 'not_found'],
  })
  @Get('inbox')
  @Header('content-type', JSON_TYPE)
  page(@Param('id', { schema: userId }) id: string, @Query({ schema: inboxQuery }) query: InboxQuery): Promise<Buffer> {
    return this.inbox.json(id, query);
  }

  @Endpoint({
    summary: 'How many messages a user has not read',
    description: 'In all, and by timeline. A user who is not known has none.',
    example: { path: { id: 'alice' } },
    answers: { 200: ['The counts', unreadAnswer] },
    codes: ['invalid'],
  })
  @Get('unread')
  unread(@Param('id', { schema: userId }) id: string): Promise<UnreadAnswer> {
    return this.cursors.unread(id);
  }

  @Endpoint({
    summary: 'Mark messages as read',
    description:
      'Up to an offset, single offsets, or everything. Cursors move forward only. `unread` is what is left in that ' +
      "timeline, or in all after `everything`. The user's open sessions are told.",
    example: { path: { id: 'alice' }, body: { timeline: 'user:alice', upTo: 1 } },
    answers: { 200: ['What is left', readAnswer] },
    codes: ['invalid', 'not_found', 'conflict'],
  })
  @Post('read')
  @HttpCode(200)
  read(
    @Param('id', { schema: userId }) id: string,
    @Body({ schema: readRequest }) body: ReadRequest,
  ): Promise<ReadAnswer> {
    return this.cursors.read(id, body);
  }
}
