import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readiness, type ReadinessAnswer } from './readiness.js';

/** `live`: the process answers. `ready`: it should get work. */
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessAnswer> {
    const answer = await this.readiness.answer();
    if (answer.status !== 'ready') void reply.code(HttpStatus.SERVICE_UNAVAILABLE).header('retry-after', '1');
    return answer;
  }
}
