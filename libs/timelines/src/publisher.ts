/**
 * Accepts messages: one script call stores a message in its timeline and tells the nodes that hold its audience. When
 * `publish` resolves, Redis holds the message; when it rejects with UnavailableError or TimeoutError, it may.
 *
 * Calls made without awaiting in between reach a timeline in the order of the calls.
 */
import {
  ALL_TIMELINE,
  groupTimeline,
  type DirectAudience,
  type DirectRequest,
  Problem,
  type PublishAnswer,
  type TimelineKind,
  userTimeline,
} from '@fanfare/contracts';
import {
  type Keyspace,
  type ScriptRunner,
  timelineEphemeral,
  type TimelineKeys,
  userOwn,
} from '@fanfare/redis-scripts';
import { type AppendAnswer, AppendQueue, type Waiting } from './append-queue.js';
import { DEFAULT_IDEMPOTENCY_SECONDS, fingerprintOf } from './fingerprint.js';
import { newMessageId } from './message-id.js';
import { messageFields, type MessageFields, messageJson } from './message-json.js';
import type { Retention } from './retention.js';

interface Target {
  readonly kind: TimelineKind;
  readonly owner: string;
  readonly timeline: string;
  readonly keys: TimelineKeys;
  /** Distinguishes `all` from `online`, which share keys, where the idempotency key is remembered. */
  readonly to: string;
}

/** A message as a job keeps it until it is due. */
export interface StoredMessage {
  readonly id: string;
  readonly to: DirectAudience;
  /** Index in PRIORITIES. */
  readonly priority: number;
  /** ms, 0 for never */
  readonly expiresAt: number;
  readonly from: string | undefined;
  readonly isEphemeral: boolean;
  /** The message as JSON. */
  readonly json: Buffer;
}

/** What both ways to publish take from the request. */
interface Prepared {
  readonly message: Pick<MessageFields, 'id' | 'priority' | 'from' | 'expiresAt'>;
  readonly json: Buffer | string;
  readonly fingerprint: string;
  readonly idemMs: number;
  readonly idem: string;
}

/** How long it is remembered that a job has delivered its message. */
const DELIVERED_MS = 24 * 3600 * 1000;

export class Publisher {
  private readonly queue: AppendQueue;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    retention: Retention,
  ) {
    this.queue = new AppendQueue(scripts, retention);
  }

  /**
   * @throws Problem too_large, invalid, group_unknown, idempotency_mismatch
   * @throws UnavailableError, TimeoutError where Redis could not be reached in time
   */
  publish(request: DirectRequest): Promise<PublishAnswer> {
    try {
      const target = this.target(request.to);
      const prepared = this.prepare(request, target);
      return request.ephemeral || 'online' in request.to
        ? this.announce(target, prepared)
        : this.append(target, prepared);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Delivers what was accepted earlier, for a job: repeating it within a day changes nothing.
   *
   * @throws as publish
   */
  async deliver({ to, isEphemeral, json, ...message }: StoredMessage): Promise<void> {
    const target = this.target(to);
    const idem = this.keys.idempotency(target.keys, 'job', message.id);
    const prepared = { message, json, fingerprint: 'job', idemMs: DELIVERED_MS, idem };
    if (isEphemeral || 'online' in to) await this.announce(target, prepared);
    else await this.append(target, prepared);
  }

  /** One promise a message: this is the hot path. */
  private append(target: Target, prepared: Prepared): Promise<PublishAnswer> {
    const { id, from } = prepared.message;
    return new Promise((resolve, reject) => {
      const onAnswer = (reply: AppendAnswer): void => {
        if (reply.outcome !== 'OK' && reply.outcome !== 'DUPLICATE') reject(refusal(reply.outcome, target));
        else if (from === undefined) resolve(answerOf(reply, target, id));
        else resolve(this.settleOwn(from, target, reply).then(() => answerOf(reply, target, id)));
      };
      this.enqueue(target, prepared, { onAnswer, onError: reject });
    });
  }

  private enqueue(target: Target, prepared: Prepared, waiting: Waiting): void {
    const { message, json, fingerprint, idemMs, idem } = prepared;
    const { id, priority, expiresAt: expires } = message;
    const { home, log, state } = target.keys;
    if (target.kind === 'user' && expires === 0 && fingerprint === '') {
      const item = { log, state, user: target.owner, priority, json };
      this.queue.appendPlain(home, item, json.length, waiting);
      return;
    }
    const { ttl, audience } = target.keys;
    const { timeline } = target;
    const item = { log, state, ttl, audience, idem, timeline, id, priority, expires, fingerprint, idemMs, json };
    this.queue.append(home, item, json.length, waiting);
  }

  private async announce(
    target: Target,
    { message, json, fingerprint, idemMs, idem }: Prepared,
  ): Promise<PublishAnswer> {
    const { home, state, audience } = target.keys;
    const reply = await timelineEphemeral(
      this.scripts,
      { part: home.part, state, links: home.links, audience, idem },
      {
        timeline: target.timeline,
        id: message.id,
        priority: message.priority,
        fingerprint,
        idemMs,
        json,
      },
    );
    if (reply.status !== 'OK' && reply.status !== 'DUPLICATE') throw refusal(reply.status, target);
    const answer = { state: 'published' as const, online: reply.reached > 0 };
    if (reply.status === 'OK' || reply.id === message.id) return { id: message.id, ...answer };
    return { id: reply.id, ...answer, duplicate: true };
  }

  /** One's own message does not count as unread for oneself. */
  private async settleOwn(from: string, target: Target, { offset, epoch }: AppendAnswer): Promise<void> {
    if (target.kind === 'user' && target.owner !== from) return;
    const sender = this.keys.user(from);
    await userOwn(
      this.scripts,
      {
        state: sender.state,
        groups: this.keys.userGroups(sender),
        seen: this.keys.userSeen(sender, target.timeline),
        kept: this.keys.userKept(sender),
      },
      { group: target.kind === 'group' ? target.owner : '', offset, epoch },
    );
  }

  private prepare(request: DirectRequest, target: Target): Prepared {
    const at = Date.now();
    const message = messageFields(newMessageId(), at, request);
    const key = request.idempotencyKey;
    return {
      message,
      json: messageJson(message, request.payload),
      fingerprint: key === undefined ? '' : fingerprintOf(request),
      idemMs: (request.idempotencySeconds ?? DEFAULT_IDEMPOTENCY_SECONDS) * 1000,
      idem: this.keys.idempotency(target.keys, target.to, key ?? ''),
    };
  }

  private target(to: DirectAudience): Target {
    if ('user' in to) {
      const timeline = userTimeline(to.user);
      return { kind: 'user', owner: to.user, timeline, keys: this.keys.user(to.user), to: timeline };
    }
    if ('group' in to) {
      const timeline = groupTimeline(to.group);
      return { kind: 'group', owner: to.group, timeline, keys: this.keys.group(to.group), to: timeline };
    }
    const kind = 'all' as const;
    return { kind, owner: '', timeline: ALL_TIMELINE, keys: this.keys.all, to: 'online' in to ? 'online' : 'all' };
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}

/** A repetition of ours that finds its own message is no repetition to the caller. */
function answerOf({ outcome, id, offset, epoch, reached }: AppendAnswer, target: Target, asked: string): PublishAnswer {
  const isOurs = outcome === 'OK' || id === asked;
  const answer = { state: 'published' as const, timeline: target.timeline, offset, epoch, online: reached > 0 };
  return isOurs ? { id: asked, ...answer } : { id, ...answer, duplicate: true };
}

function refusal(outcome: string, target: Target): Problem {
  return outcome === 'UNKNOWN'
    ? new Problem('group_unknown', `there is no group ${JSON.stringify(target.owner)}; PUT /v1/groups/:id makes one`)
    : new Problem('idempotency_mismatch', 'the idempotency key was used with another request');
}
