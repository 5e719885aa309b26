import {
  type NodesAnswer,
  nodesAnswer,
  type ScriptsAnswer,
  scriptsAnswer,
  type StatsAnswer,
  statsAnswer,
} from '@fanfare/contracts';
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../openapi/endpoint.js';
import { Overview } from './overview.js';

@ApiTags('operator')
@Controller('v1')
export class OperatorController {
  constructor(private readonly overview: Overview) {}

  @Endpoint({
    summary: 'A snapshot of numbers',
    description:
      'Sessions, messages, delivery times, jobs and how Redis is: up to a second old, `usersOnline` up to 5. Totals grow ' +
      'from `countedSince` on; rates are their differences. The same is sent live to the user `fanfare.console` while ' +
      'that user has a session: every 2 s or so, as ephemeral messages of the types `fanfare.stats` and `fanfare.nodes`.',
    example: {},
    answers: { 200: ['The numbers', statsAnswer] },
    codes: [],
  })
  @Get('stats')
  stats(): Promise<StatsAnswer> {
    return this.overview.stats();
  }

  @Endpoint({
    summary: 'The gateways',
    description:
      'Those that hold a lease, with what they said of themselves within the last second or so, and the last ones that are ' +
      'gone. One that is killed is `late` when its lease has run out, and gone when the presence service has removed it: ' +
      'a little over one length of the lease after it was last renewed.',
    example: {},
    answers: { 200: ['The gateways', nodesAnswer] },
    codes: [],
  })
  @Get('nodes')
  nodes(): Promise<NodesAnswer> {
    return this.overview.nodes();
  }

  @Endpoint({
    summary: 'The scripts that run in Redis',
    description:
      'How often all services called each, and how long a call took as its caller saw it; and what Redis itself counts, ' +
      'which is of all scripts together.',
    example: {},
    answers: { 200: ['The scripts', scriptsAnswer] },
    codes: [],
  })
  @Get('scripts')
  scripts(): Promise<ScriptsAnswer> {
    return this.overview.scripts();
  }
}
