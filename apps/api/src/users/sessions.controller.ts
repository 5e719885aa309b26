import { type DisconnectQuery, disconnectQuery, type PageQuery, pageQuery, userId } from '@fanfare/contracts';
import { type SessionPage, Sessions } from '@fanfare/roster';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { sessionPageAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';

@ApiTags('users')
@Controller('v1/users/:id/sessions')
export class SessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Endpoint({
    summary: 'Open sessions of a user',
    description: 'Oldest first. A user who is not known has none.',
    example: { path: { id: 'alice' } },
    answers: { 200: ['A page of sessions', sessionPageAnswer] },
    codes: ['invalid'],
  })
  @Get()
  page(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: pageQuery }) query: PageQuery,
  ): Promise<SessionPage> {
    return this.sessions.page(id, query);
  }

  @Endpoint({
    summary: 'Disconnect a user',
    description:
      'Their sessions, or those of one device, are closed with 4409 at their gateways, within moments of the answer. ' +
      'A token that is still valid opens a new one.',
    example: { path: { id: 'alice' }, query: { device: 'phone' } },
    answers: { 204: ['They are being closed'] },
    codes: ['invalid'],
  })
  @Delete()
  @HttpCode(204)
  async disconnect(
    @Param('id', { schema: userId }) id: string,
    @Query({ schema: disconnectQuery }) { device }: DisconnectQuery,
  ): Promise<void> {
    await this.sessions.disconnect(id, device);
  }
}
