import {
  batchRequest,
  type BatchRequest,
  type DryRunAnswer,
  jobId,
  jobView,
  type JobView,
  limits,
  publishAnswer,
  type PublishAnswer,
  type PublishLogPage,
  publishLogQuery,
  type PublishLogQuery,
  publishRequest,
  type PublishRequest,
  retractQuery,
  type RetractQuery,
} from '@fanfare/contracts';
import { JobCatalog, PublishLog } from '@fanfare/jobs';
import { BodyLimit, Totals } from '@fanfare/service-kit';
import { Retractions } from '@fanfare/timelines';
import { Body, Controller, Delete, Get, Headers, HttpCode, Logger, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { batchAnswer, publishLogAnswer, repeatedOrDryRun } from '../openapi/answers.js';
import { Endpoint, someId } from '../openapi/endpoint.js';
import { type BatchResult, publishBatch } from './batch.js';
import { DurableIntake } from './durable-intake.js';
import { withKeyOfHeader } from './idempotency-key.js';

@ApiTags('messages')
@Controller('v1/messages')
export class MessagesController {
  private readonly logger = new Logger('Messages');

  constructor(
    private readonly intake: DurableIntake,
    private readonly jobs: JobCatalog,
    private readonly retractions: Retractions,
    private readonly log: PublishLog,
    private readonly totals: Totals,
  ) {}

  @Endpoint({
    summary: 'Publish a message',
    description:
      'To a user, a group, everyone (`{"all": true}`) or everyone online now (`{"online": true}`, not kept). ' +
      'To those of a group or of all whose attributes fit: `{"all": true, "where": {"plan": "pro", "age": {"gte": 18}}}`. ' +
      'That, a list (`{"users": [...]}`, at most 100,000) and what has a `deliverAt` to come become a job. ' +
      'A 202 says that Redis holds it. The same idempotency key for the same `to` gives the same message once: ' +
      'a repeat is answered with 200, the same body and `duplicate`. With `dryRun` nothing is sent, and 200 tells how ' +
      'many users it would be for. With `durability: "replicated"` it is answered when a replica holds it too; where ' +
      'none confirms in time it is `not_replicated`: it may be delivered, and a retry with the same key finds it.',
    example: { body: { to: { user: 'alice' }, type: 'greeting', payload: { text: 'hello' } } },
    answers: { 202: ['Accepted', publishAnswer], 200: ['Accepted before, or a dry run', repeatedOrDryRun] },
    codes: [
      'bad_request',
      'invalid',
      'idempotency_mismatch',
      'group_unknown',
      'too_large',
      'lane_full',
      'not_replicated',
    ],
  })
  @BodyLimit(limits.listBodyBytes)
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same as `idempotencyKey`' })
  @Post()
  @HttpCode(202)
  async publish(
    @Body({ schema: publishRequest }) body: PublishRequest,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublishAnswer | DryRunAnswer> {
    const answer = await this.intake.publish(withKeyOfHeader(body, key));
    if ('reach' in answer || answer.duplicate) void reply.code(200);
    this.note(body, answer);
    return answer;
  }

  @Endpoint({
    summary: 'Publish up to 1,000 messages',
    description:
      'Each is checked and answered by itself, in order: with what publishing it alone answers, or with `error`, a ' +
      'problem document whose pointers begin at that message.',
    example: {
      body: {
        messages: [
          { to: { user: 'alice' }, payload: 'one' },
          { to: { user: 'bob' }, payload: 'two' },
        ],
      },
    },
    answers: { 200: ['One result for each message', batchAnswer] },
    codes: ['invalid', 'too_large'],
  })
  @Post('batch')
  @HttpCode(200)
  async publishBatch(@Body({ schema: batchRequest }) { messages }: BatchRequest): Promise<{ results: BatchResult[] }> {
    const onFault = (err: unknown): void => this.logger.error({ msg: 'a message of a batch failed', err });
    const results = await publishBatch(this.intake, messages, onFault);
    for (const [index, result] of results.entries()) {
      // What was accepted had been checked.
      if ('id' in result) this.note(messages[index] as PublishRequest, result);
    }
    return { results };
  }

  @Endpoint({
    summary: 'What was accepted lately, newest first',
    description:
      'For operators to look at: the newest messages, without what they say, up to a number that is a setting. It is a ' +
      'record and no guarantee: a message is in it some 100 ms after its answer, and one accepted just before an api died ' +
      'may be missing. Repeats with an idempotency key are not in it.',
    example: { query: { limit: '10' } },
    answers: { 200: ['A page of the publish log', publishLogAnswer] },
    codes: ['invalid'],
  })
  @Get()
  page(@Query({ schema: publishLogQuery }) query: PublishLogQuery): Promise<PublishLogPage> {
    return this.log.page(query);
  }

  @Endpoint({
    summary: 'A message that is a job: a list, one with a filter, or one with a time to come',
    description: 'Known until a day after it is done or cancelled.',
    example: someId,
    answers: { 200: ['How far it has come', jobView] },
    codes: ['invalid', 'not_found'],
  })
  @Get(':id')
  get(@Param('id', { schema: jobId }) id: string): Promise<JobView> {
    return this.jobs.get(id);
  }

  @Endpoint({
    summary: 'Cancel a scheduled message, or retract a published one',
    description:
      'Without `timeline` it cancels what is scheduled; one that has begun is a `conflict`. With `timeline` it takes back ' +
      'what was published there: sessions that were sent the message get `retract`, nobody else sees it any more, and it ' +
      'counts as unread no more. Repeating either changes nothing.',
    example: someId,
    answers: { 204: ['It will not be sent, or is retracted'] },
    codes: ['invalid', 'not_found', 'group_unknown', 'conflict'],
  })
  @Delete(':id')
  @HttpCode(204)
  remove(
    @Param('id', { schema: jobId }) id: string,
    @Query({ schema: retractQuery }) { timeline }: RetractQuery,
  ): Promise<void> {
    return timeline === undefined ? this.jobs.cancel(id) : this.retractions.retract(id, timeline);
  }

  /** For operators: what was accepted, and accepted only now. */
  private note(request: PublishRequest, answer: PublishAnswer | DryRunAnswer): void {
    if (!('id' in answer)) return;
    this.log.note(request, answer);
    if (!answer.duplicate) this.totals.count('published');
  }
}
