// The steady load: messages to users, groups, lists and everyone, at a rate that leaves the machine room to recover. Half of
// them carry an idempotency key and are repeated until they are accepted; the outcome of the others may stay unknown.
import type { Accepted, ApiClient, History, PublishBody } from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../random.js';
import { isOpen, once, type Outcome, untilAnswered } from './attempt.js';
import type { Population } from './population.js';

type Target = { user: string } | { group: string } | { users: readonly string[] } | { all: true };

const LANES = 6;
const PER_SECOND = 60;
const LIST_OF = 10;

export class Load {
  /** Asked, and not answered yet. */
  inFlight = 0;
  sent = 0;
  accepted = 0;
  private readonly random: Random;
  private lanes: Promise<void>[] = [];
  private isEnding = false;
  private isOver = false;

  constructor(
    private readonly api: ApiClient,
    private readonly population: Population,
    private readonly history: History,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  begin(): void {
    this.lanes = Array.from({ length: LANES }, () => this.lane());
    for (const lane of this.lanes) lane.catch(() => undefined); // `end` tells of it
  }

  /** No new message; those that are repeated go on until they are accepted, for as long as `graceMs`. */
  async end(graceMs: number): Promise<void> {
    this.isEnding = true;
    const timer = setTimeout(() => (this.isOver = true), graceMs);
    await Promise.all(this.lanes);
    clearTimeout(timer);
  }

  private async lane(): Promise<void> {
    while (!this.isEnding) {
      const startedAt = Date.now();
      await this.send();
      await pause(Math.max(0, (1000 * LANES) / PER_SECOND - (Date.now() - startedAt)));
    }
  }

  private async send(): Promise<void> {
    const target = this.target();
    const number = (this.sent += 1);
    const sentAt = this.history.now();
    const isKeyed = this.random.between(0, 1) === 1;
    const body = bodyOf(target, number, isKeyed ? `${this.population.hopGroup}-${number}` : undefined);
    const call = (): Promise<Outcome<Accepted>> => this.api.publish(body);
    this.inFlight += 1;
    const outcome = isKeyed ? await untilAnswered(call, () => this.isOver) : await once(call);
    this.inFlight -= 1;
    this.note(number, target, sentAt, outcome);
  }

  private note(
    number: number,
    target: Target,
    sentAt: number,
    outcome: Outcome<Accepted | undefined> | undefined,
  ): void {
    const message = { payloadKey: String(number), audience: audienceOf(target) };
    if (!outcome || isOpen(outcome.status)) return this.history.attempted(message, sentAt);
    if (outcome.status !== 202 && outcome.status !== 200) {
      throw new Error(`message ${number} was answered with ${outcome.status}: ${JSON.stringify(outcome.body)}`);
    }
    const { id, offset, epoch } = outcome.body as Accepted;
    this.accepted += 1;
    this.history.accepted({ ...message, id, offset, epoch }, sentAt);
  }

  private target(): Target {
    const { users, groups, hopGroup } = this.population;
    const dice = this.random.between(1, 100);
    if (dice <= 50) return { user: this.random.pick(users) };
    if (dice <= 72) return { group: this.random.pick([...groups.keys()]) };
    if (dice <= 82) return { group: hopGroup };
    if (dice <= 94) return { users: this.random.some(users, LIST_OF) };
    return { all: true };
  }
}

function bodyOf(to: Target, number: number, key: string | undefined): PublishBody {
  return { to, payload: { number }, ...(key !== undefined && { idempotencyKey: key, idempotencySeconds: 600 }) };
}

function audienceOf(target: Target): { timeline: string } | { users: readonly string[] } {
  if ('users' in target) return target;
  if ('user' in target) return { timeline: `user:${target.user}` };
  return { timeline: 'group' in target ? `group:${target.group}` : 'all' };
}
