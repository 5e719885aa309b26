import { type DeadLetterPage, jobId, jobView, type JobView, type PageQuery, pageQuery } from '@fanfare/contracts';
import { JobCatalog } from '@fanfare/jobs';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { deadLetterPageAnswer } from '../openapi/answers.js';
import { Endpoint, someId } from '../openapi/endpoint.js';

@ApiTags('jobs')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly jobs: JobCatalog) {}

  @Endpoint({
    summary: 'Jobs that failed for good, newest first',
    description: 'A job has five attempts. What it has written by then stays written.',
    example: {},
    answers: { 200: ['A page of jobs', deadLetterPageAnswer] },
    codes: ['invalid'],
  })
  @Get()
  page(@Query({ schema: pageQuery }) query: PageQuery): Promise<DeadLetterPage> {
    return this.jobs.deadLetters(query);
  }

  @Endpoint({
    summary: 'Try a job again that failed for good',
    description: 'It goes on where it stopped, with five attempts. Users who have the message do not get it again.',
    example: someId,
    answers: { 202: ['It is in its lane again', jobView] },
    codes: ['invalid', 'not_found'],
  })
  @Post(':id/retry')
  @HttpCode(202)
  retry(@Param('id', { schema: jobId }) id: string): Promise<JobView> {
    return this.jobs.retry(id);
  }
}
