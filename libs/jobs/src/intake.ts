/**
 * Takes every message in: what one script call can do goes to the publisher at once; a list, a filtered audience, and what
 * is due later, becomes a job. When `publish` resolves, Redis holds all that was asked for. A dry run only counts.
 */
import { createHash } from 'node:crypto';
import {
  type DirectAudience,
  type DirectRequest,
  type DryRunAnswer,
  type FilteredAudience,
  isFiltered,
  PRIORITIES,
  Problem,
  type PublishAnswer,
  type PublishRequest,
} from '@fanfare/contracts';
import { jobHurry, type Keyspace, type ScriptRunner } from '@fanfare/redis-scripts';
import {
  DEFAULT_IDEMPOTENCY_SECONDS,
  fingerprintOf,
  messageFields,
  messageJson,
  newMessageId,
  type Publisher,
  usersPerChunk,
} from '@fanfare/timelines';
import type { AudienceWalk } from './audience-walk.js';
import { cutIntoChunks } from './chunks.js';
import type { DryRun } from './dry-run.js';
import type { JobIdentity, JobQueue, NewJob, QueuedJob } from './job-queue.js';
import { encodeMeta, type JobMeta } from './job-meta.js';

type PublishesDirectly = Pick<Publisher, 'publish'>;

/** Marks are set anew before the last one has passed. */
const HURRY_MS = 1000;
const HURRY_EVERY_MS = 500;

export class Intake {
  private hurriedAt = 0;

  constructor(
    private readonly publisher: PublishesDirectly,
    private readonly queue: JobQueue,
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly walk: Pick<AudienceWalk, 'check'>,
    private readonly dryRun: Pick<DryRun, 'of'>,
  ) {}

  /**
   * @throws Problem as the publisher, and lane_full; a dry run as DryRun
   * @throws UnavailableError, TimeoutError where Redis could not be reached in time
   */
  publish(request: PublishRequest): Promise<PublishAnswer | DryRunAnswer> {
    const { to } = request;
    if (request.ephemeral && isMany(to)) return Promise.reject(notEphemeral());
    if (request.dryRun) return this.dryRun.of(request);
    if (request.priority === 'urgent') this.hurry();
    if ('users' in to) return this.list(request, to.users);
    if (isFiltered(to)) return this.filtered(request, to);
    const direct = request as DirectRequest; // of the audiences, only a list is none
    return request.deliverAt === undefined ? this.publisher.publish(direct) : this.later(direct);
  }

  private async list(request: PublishRequest, names: readonly string[]): Promise<PublishAnswer> {
    const job = jobOf(request, 'list', undefined);
    const identity = identityOf(request, () => `users:${digestOf(names)}`);
    const earlier = await this.queue.admit(job.lane, job.due === 0, identity);
    if (earlier) return answerOf(earlier, job.id);
    const chunks = await cutIntoChunks(this.keys, names, usersPerChunk(Buffer.byteLength(job.message)));
    const total = chunks.reduce((sum, { users }) => sum + users.length, 0);
    return answerOf(await this.queue.add({ ...job, chunks, total }, identity), job.id);
  }

  /** Who fits is found when it is carried out. */
  private async filtered(request: PublishRequest, to: FilteredAudience): Promise<PublishAnswer> {
    const job = { ...jobOf(request, 'filter', to), total: 0 };
    const identity = identityOf(request, () => `${nameOf(to)}?${digestOf([canonical(to.where)])}`);
    const earlier = await this.queue.admit(job.lane, job.due === 0, identity);
    if (earlier) return answerOf(earlier, job.id);
    if (job.due === 0) await this.walk.check(to);
    return answerOf(await this.queue.add(job, identity), job.id);
  }

  /** What became due between a request and its repetition is still the repetition of a job. */
  private async later(request: DirectRequest): Promise<PublishAnswer> {
    const job = jobOf(request, 'publish', request.to);
    const identity = identityOf(request, () => nameOf(request.to));
    if (identity.fingerprint !== '' || job.due > 0) {
      const earlier = await this.queue.admit(job.lane, false, identity);
      if (earlier) return answerOf(earlier, job.id);
    }
    if (job.due === 0) return this.publisher.publish(request);
    return answerOf(await this.queue.add(job, identity), job.id);
  }

  /** Jobs make room while urgent messages flow. Where the mark can't be set they only make less. */
  private hurry(): void {
    const now = Date.now();
    if (now - this.hurriedAt < HURRY_EVERY_MS) return;
    this.hurriedAt = now;
    jobHurry(this.scripts, { urgent: this.keys.jobs.urgent }, { ms: HURRY_MS }).catch(() => undefined);
  }
}

/** @throws Problem too_large, invalid */
function jobOf(request: PublishRequest, kind: NewJob['kind'], to: JobMeta['to']): NewJob {
  const now = Date.now();
  const { deliverAt = 0, ephemeral: isEphemeral = false } = request;
  const due = deliverAt > now ? deliverAt : 0;
  const fields = messageFields(newMessageId(), due || now, request);
  const { id, priority, expiresAt, from } = fields;
  const message = messageJson(fields, request.payload);
  const meta = encodeMeta({ to, priority, expiresAt, from, isEphemeral });
  return { id, lane: PRIORITIES[priority] ?? 'normal', kind, due, total: 1, chunks: [], meta, message };
}

/** The same key for another audience is another request, so the audience is part of where the answer is remembered. */
function identityOf({ to: _to, ...request }: PublishRequest, audience: () => string): JobIdentity {
  const { idempotencyKey: key, idempotencySeconds = DEFAULT_IDEMPOTENCY_SECONDS } = request;
  const idemMs = idempotencySeconds * 1000;
  if (key === undefined) return { to: '', key, fingerprint: '', idemMs };
  return { to: audience(), key, fingerprint: fingerprintOf(request), idemMs };
}

/** Of a set: neither order nor repeats matter. */
function digestOf(users: readonly string[]): string {
  return createHash('sha256')
    .update([...new Set(users)].sort().join('\n'))
    .digest('base64url');
}

const isMany = (to: PublishRequest['to']): boolean => 'users' in to || isFiltered(to);

/** The same text for the same filter, in whatever order its fields are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function nameOf(to: DirectAudience | FilteredAudience): string {
  if ('user' in to) return `user:${to.user}`;
  if ('group' in to) return `group:${to.group}`;
  return 'online' in to ? 'online' : 'all';
}

function answerOf({ id, due }: QueuedJob, asked: string): PublishAnswer {
  const answer = { id, state: due > 0 ? ('scheduled' as const) : ('queued' as const), job: id };
  return id === asked ? answer : { ...answer, duplicate: true };
}

function notEphemeral(): Problem {
  const [pointer, detail] = ['/ephemeral', 'a list or a filtered audience can not be ephemeral'];
  return new Problem('invalid', `${pointer}: ${detail}`, { errors: [{ pointer, detail }] });
}
