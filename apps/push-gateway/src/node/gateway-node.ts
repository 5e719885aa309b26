/**
 * One incarnation of the gateway: a node id with its lease, its links, and what is held on them.
 *
 * States: opening → open → (lost) → open … → closed. When the lease is found lost (the process was paused for longer than
 * it lasts), everything held under the old id has been undone by the presence service: all sessions are closed with 1012,
 * to come back by themselves, and a new id begins. What was registered under the old one before that was known is undone
 * once more.
 */
import { randomBytes } from 'node:crypto';
import { closeCodes, type ReportedNode } from '@fanfare/contracts';
import { NodeLink, type Publication } from '@fanfare/node-link';
import type { Keyspace, PartitionKeys, RedisConnection, ScriptRunner } from '@fanfare/redis-scripts';
import { NodeLease } from '@fanfare/roster';
import type { SessionHub } from '../sessions/session-hub.js';

export interface NodeEvents {
  onPublication(publication: Publication): void;
  onGapFound(home: PartitionKeys): void;
  onGap(home: PartitionKeys): Promise<void>;
  onError(what: string, error: unknown): void;
}

interface Incarnation {
  readonly lease: NodeLease;
  readonly link: NodeLink;
}

export class GatewayNode {
  private current: Incarnation | undefined;
  private opening: Promise<void> | undefined;
  /** Under its id something may have been registered after all had been undone. */
  private lost: NodeLease | undefined;
  private reported = 0;

  constructor(
    private readonly connection: RedisConnection,
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly hub: SessionHub,
    private readonly leaseMs: number,
    private readonly events: NodeEvents,
  ) {}

  get id(): string {
    if (!this.current) throw new Error('the node has not been opened');
    return this.current.lease.node;
  }

  get isOpen(): boolean {
    return this.current !== undefined;
  }

  get gaps(): number {
    return this.current?.link.gaps ?? 0;
  }

  get linkSequence(): number {
    return this.current?.link.sequence ?? 0;
  }

  /** Resolves when the node is entered and receives every link. */
  open(): Promise<void> {
    this.opening ??= this.begin().finally(() => (this.opening = undefined));
    return this.opening;
  }

  /** To be called three times in the length of the lease. */
  async renew(): Promise<void> {
    const incarnation = this.current;
    if (!incarnation) return this.open();
    // From here on it is what Redis will know; whoever comes meanwhile sees that, and tells after it.
    this.reported = this.hub.sessions.size;
    try {
      if (!(await incarnation.lease.renew(this.reported))) this.lose(incarnation);
    } catch (error) {
      this.reported = 0; // perhaps
      throw error;
    }
  }

  /** Resolves when everything has been told that was published up to there, or is known to be missing. */
  async received(home: PartitionKeys, fence: string, sequence: number): Promise<void> {
    await this.current?.link.received(home, fence, sequence);
  }

  /** Tells at once when there come to be sessions where there were none: `all` then reaches somebody. */
  async reportSessions(): Promise<void> {
    if (this.reported === 0 && this.hub.sessions.size > 0) await this.renew();
  }

  /** Tells operators about the node; without a lease there is nothing to tell. */
  async report(report: ReportedNode): Promise<void> {
    await this.current?.lease.report(report);
  }

  /** To be called every few seconds. */
  async checkLinks(): Promise<void> {
    await this.current?.link.check();
  }

  async close(): Promise<void> {
    const incarnation = this.current;
    this.current = undefined;
    incarnation?.link.close();
    await Promise.all([incarnation?.lease.leave(), this.lost?.leave()]);
  }

  private async begin(): Promise<void> {
    await this.lost?.leave();
    this.lost = undefined;
    const id = `n-${randomBytes(8).toString('hex')}`;
    const link = new NodeLink(this.connection, this.scripts, this.keys, id, {
      onPublication: (_home, publication) => this.events.onPublication(publication),
      onGapFound: (home) => this.events.onGapFound(home),
      onGap: (home) => this.events.onGap(home),
      countHeld: (home) => this.hub.countHeld(home),
      onError: (what, error) => this.events.onError(what, error),
    });
    const lease = new NodeLease(this.scripts, this.keys, id, this.leaseMs);
    try {
      await link.open();
      await lease.join();
    } catch (error) {
      link.close();
      throw error;
    }
    this.reported = 0;
    this.current = { lease, link };
  }

  private lose(incarnation: Incarnation): void {
    if (this.current !== incarnation) return;
    this.events.onError('the lease was lost; sessions are closed and a new node id begins', new Error(this.id));
    this.current = undefined;
    this.lost = incarnation.lease;
    incarnation.link.close();
    for (const session of [...this.hub.sessions]) {
      session.transport.close(closeCodes.restarting, 'the node lost its lease; reconnect');
    }
    this.hub.forgetHeld();
  }
}
