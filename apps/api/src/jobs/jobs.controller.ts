import { jobId, type JobPage, jobsQuery, type JobsQuery, jobView, type JobView } from '@fanfare/contracts';
import { JobCatalog } from '@fanfare/jobs';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { jobPageAnswer } from '../openapi/answers.js';
import { Endpoint, someId } from '../openapi/endpoint.js';

@ApiTags('jobs')
@Controller('v1/jobs')
export class JobsController {
  constructor(private readonly jobs: JobCatalog) {}

  @Endpoint({
    summary: 'Jobs, newest first',
    description: 'Of one state, or of all. A page may be short although more follow: go on while there is a cursor.',
    example: { query: { state: 'running' } },
    answers: { 200: ['A page of jobs', jobPageAnswer] },
    codes: ['invalid'],
  })
  @Get()
  page(@Query({ schema: jobsQuery }) query: JobsQuery): Promise<JobPage> {
    return this.jobs.page(query);
  }

  @Endpoint({
    summary: 'How far a job has come',
    description: 'Known until a day after its end; one that failed for a week.',
    example: someId,
    answers: { 200: ['The job', jobView] },
    codes: ['invalid', 'not_found'],
  })
  @Get(':id')
  get(@Param('id', { schema: jobId }) id: string): Promise<JobView> {
    return this.jobs.get(id);
  }
}
