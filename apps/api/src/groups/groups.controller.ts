import { groupId, Problem, putGroupRequest, type PutGroupRequest } from '@fanfare/contracts';
import { Groups, type GroupView } from '@fanfare/groups';
import { Body, Controller, Get, Param, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { groupAnswer, putGroupAnswer } from '../openapi/answers.js';
import { Endpoint } from '../openapi/endpoint.js';

@ApiTags('groups')
@Controller('v1/groups/:id')
export class GroupsController {
  constructor(private readonly groups: Groups) {}

  @Endpoint({
    summary: 'Make a group, or replace its retention',
    description: 'The first member makes a group too. Without `retention` the settings of the service hold.',
    example: { path: { id: 'eng' }, body: { retention: { messages: 5000, seconds: 604_800 } } },
    answers: { 200: ['Replaced', putGroupAnswer], 201: ['Made', putGroupAnswer] },
    codes: ['invalid'],
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
}
