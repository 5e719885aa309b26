/**
 * A node's links: one sharded channel from every partition, and one from that of `all`, however many users the node has.
 *
 * Publications come in the order in which scripts made them. What was missed (a connection that broke, a Redis that lost
 * its tail, registrations that went with it) is noticed: by the next publication, and by a look at each partition every
 * few seconds. `onGapFound` is told at once and `onGap` then has to make things good; until it has, `isWhole`
 * is false.
 */
import {
  type Keyspace,
  nodeCheck,
  type PartitionKeys,
  type RedisConnection,
  type ScriptRunner,
  type Subscriber,
} from '@fanfare/redis-scripts';
import { type LinkCheck, PartitionLink } from './partition-link.js';
import { parsePublication, type Publication } from './publication.js';

export interface NodeLinkEvents {
  onPublication(home: PartitionKeys, publication: Publication): void;
  /**
   * Something was missed: told at once, so that nothing of the partition is handed on live until it is repaired, and
   * again whenever a repair begins anew.
   */
  onGapFound(home: PartitionKeys): void;
  /** Registers again what the node holds there and catches up; tried again with a delay when it rejects. */
  onGap(home: PartitionKeys): Promise<void>;
  /** How many things the node holds in the partition, as scripts count them. */
  countHeld(home: PartitionKeys): number;
  onError(what: string, error: unknown): void;
}

const UNREACHED_AFTER_MS = 1000;
const REPAIR_AGAIN_MS = 1000;

export class NodeLink {
  private readonly subscriber: Subscriber;
  private readonly links = new Map<string, PartitionLink>();
  private readonly repairing = new Set<PartitionLink>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private isClosed = false;
  gaps = 0;

  constructor(
    connection: RedisConnection,
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly node: string,
    private readonly events: NodeLinkEvents,
  ) {
    for (const home of [keys.all.home, ...keys.everyHome()]) {
      this.links.set(keys.linkChannel(home, node), new PartitionLink(home));
    }
    this.subscriber = connection.subscriber();
    this.subscriber.on('smessageBuffer', (channel, message) => this.receive(channel, message));
    this.subscriber.on('held', (channels) => this.checkChannels(channels));
  }

  /** The last sequences of all links added up: publications received since the node id began. */
  get sequence(): number {
    let sum = 0;
    for (const { lastSequence } of this.links.values()) sum += lastSequence;
    return sum;
  }

  /** Resolves when every link is received. */
  async open(): Promise<void> {
    await this.subscriber.subscribe([...this.links.keys()]);
  }

  isWhole(home: PartitionKeys): boolean {
    return !this.links.get(this.keys.linkChannel(home, this.node))?.isGapped;
  }

  /**
   * Resolves when everything has been told that Redis had published here under that epoch up to that sequence, or when
   * `isWhole` is false: what was read from Redis can overtake what was published before it, on another connection.
   */
  async received(home: PartitionKeys, fence: string, sequence: number): Promise<void> {
    const link = this.links.get(this.keys.linkChannel(home, this.node));
    if (!link || link.isGapped || this.isClosed || link.hasReceived(fence, sequence)) return;
    if (!link.isAwaited) this.later(UNREACHED_AFTER_MS, () => void (link.isAwaited && this.checkLink(link)));
    await link.whenReceived(fence, sequence);
  }

  /** Looks at every partition; to be called every few seconds. */
  async check(): Promise<void> {
    await Promise.all([...this.links.values()].map((link) => this.checkLink(link)));
  }

  close(): void {
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.subscriber.close();
    for (const link of this.links.values()) link.release();
  }

  private receive(channel: Buffer, message: Buffer): void {
    const link = this.links.get(channel.toString());
    const publication = parsePublication(message);
    if (!link || !publication) return this.events.onError('a publication could not be read', new Error('malformed'));
    if (!link.accept(publication.fence, publication.sequence)) this.repair(link);
    this.events.onPublication(link.home, publication);
  }

  /** After a break of the connection: whether anything was missed shows in the sequence. */
  private checkChannels(channels: readonly string[]): void {
    for (const channel of channels) {
      const link = this.links.get(channel);
      if (link) void this.checkLink(link);
    }
  }

  private async checkLink(link: PartitionLink): Promise<void> {
    if (this.repairing.has(link)) return;
    try {
      const check = await this.look(link.home);
      if (this.isClosed || this.repairing.has(link)) return;
      if (!link.compare(check, this.events.countHeld(link.home))) return this.repair(link);
      if (!link.hasReached(check.sequence)) this.later(UNREACHED_AFTER_MS, () => this.expectReached(link, check));
    } catch (error) {
      if (!this.isClosed) this.events.onError('a link could not be checked', error);
    }
  }

  private expectReached(link: PartitionLink, check: LinkCheck): void {
    if (link.hasReached(check.sequence)) return;
    link.markGap();
    this.repair(link);
  }

  private repair(link: PartitionLink): void {
    if (this.isClosed || this.repairing.has(link)) return;
    this.gaps += 1;
    link.markGap();
    this.repairing.add(link);
    void this.makeGood(link);
  }

  private async makeGood(link: PartitionLink): Promise<void> {
    try {
      do {
        // Read first: whatever is published from here on is received, or shows as another miss.
        const { misses } = link;
        this.events.onGapFound(link.home);
        const check = await this.look(link.home);
        await this.events.onGap(link.home);
        link.restart(check, misses);
      } while (link.isGapped && !this.isClosed);
      this.repairing.delete(link);
    } catch (error) {
      if (this.isClosed) return;
      this.events.onError('a link could not be repaired', error);
      this.later(REPAIR_AGAIN_MS, () => void this.makeGood(link));
    }
  }

  private async look(home: PartitionKeys): Promise<LinkCheck> {
    const holdings = this.keys.nodeHoldings(home, this.node);
    const keys = { part: home.part, links: home.links, holdings };
    const reply = await nodeCheck(this.scripts, keys, { node: this.node });
    if (reply.status !== 'OK') throw new Error('the partition could not be taken');
    return { fence: reply.epoch, sequence: reply.sequence, holdings: reply.holdings };
  }

  private later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, ms);
    this.timers.add(timer);
  }
}
