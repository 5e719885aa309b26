/**
 * Takes messages in with the durability that the request, or the setting, asks for. `stored` is what Redis's primary holds
 * and goes straight through. `replicated` is published over a connection of its own and answered when a replica has it,
 * too; where none confirms in time it is `not_replicated`: it may be delivered, and a retry with the same key finds it.
 */
import { type DryRunAnswer, Problem, type PublishAnswer, type PublishRequest } from '@fanfare/contracts';
import type { Intake } from '@fanfare/jobs';
import type { BarrierTicket, Keyspace } from '@fanfare/redis-scripts';

export type Durability = NonNullable<PublishRequest['durability']>;
type Answer = PublishAnswer | DryRunAnswer;

/** What publishes over a connection of its own. */
export interface ReplicatedIntake {
  readonly intake: Pick<Intake, 'publish'>;
  readonly barrier: { before(key: string): Promise<BarrierTicket> };
}

export class DurableIntake {
  constructor(
    private readonly plain: Pick<Intake, 'publish'>,
    private readonly replicated: () => Promise<ReplicatedIntake>,
    private readonly keys: Keyspace,
    private readonly fallback: Durability,
  ) {}

  /** @throws Problem not_replicated; and as Intake */
  publish(request: PublishRequest): Promise<Answer> {
    if (request.durability === undefined && this.fallback === 'stored') return this.plain.publish(request);
    // It is no part of what is published: a retry may ask for less.
    const { durability = this.fallback, ...rest } = request;
    if (durability === 'stored' || rest.dryRun || rest.ephemeral || 'online' in rest.to)
      return this.plain.publish(rest);
    return this.confirmed(rest);
  }

  private async confirmed(request: PublishRequest): Promise<Answer> {
    const { intake, barrier } = await this.replicated();
    const tickets = await Promise.all(this.barriersOf(request).map((key) => barrier.before(key)));
    const answer = await intake.publish(request);
    const confirmations = await Promise.all(tickets.map((ticket) => ticket.confirm()));
    if (confirmations.every((isConfirmed) => isConfirmed)) return answer;
    throw new Problem(
      'not_replicated',
      'no replica confirmed it in time; it may be delivered; retry with the same key',
    );
  }

  /** A key beside everything that publishing may write: in the timeline's partition, or beside the jobs. */
  private barriersOf({ to, deliverAt }: PublishRequest): string[] {
    const { keys } = this;
    const jobs = keys.barrier(keys.jobs);
    if ('users' in to || ('where' in to && to.where !== undefined)) return [jobs];
    const { home } = 'user' in to ? keys.user(to.user) : 'group' in to ? keys.group(to.group) : keys.all;
    return deliverAt === undefined ? [keys.barrier(home)] : [keys.barrier(home), jobs];
  }
}
