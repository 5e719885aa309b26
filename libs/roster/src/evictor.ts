/**
 * Undoes what dead nodes held. A node is dead when its lease stood still for a whole lease while Redis answered, as seen
 * by this process; so a pause of Redis or of this process evicts nobody. A crash in the middle is taken up by the next
 * sweep, of whichever process: the node stays among the dead until nothing of it is left.
 */
import {
  groupInterest,
  type Keyspace,
  nodeBury,
  nodeForget,
  nodeHoldings,
  nodeList,
  nodeRemove,
  type PartitionKeys,
  type ScriptRunner,
  sessionEvict,
} from '@fanfare/redis-scripts';
import { removalKeys } from './node-lease.js';

export interface EvictorOptions {
  readonly leaseMs: number;
  readonly graceMs: number;
  /** Monotonic ms; replaced in tests. */
  readonly clock?: () => number;
}

export interface Sweep {
  readonly alive: number;
  /** Those whose lease was seen to lapse. */
  readonly evicted: string[];
  /** Those of which nothing is left now: the evicted, and those that gave up their lease. */
  readonly undone: string[];
}

interface Watched {
  readonly lease: string;
  /** How long it has been seen unchanged, counting only time between sweeps that followed each other. */
  unchangedMs: number;
}

interface Removed {
  readonly node: string;
  /** Which of its removals: a node may be removed again. */
  readonly removal: string;
}

const nodeOf = ({ node }: Removed): string => node;

const HOLDINGS_PER_CALL = 64;
/** A longer pause between two sweeps was ours or Redis's, and says nothing about the nodes. */
const LONGEST_STEP_MS = 3000;

export class Evictor {
  private readonly watched = new Map<string, Watched>();
  private lastSweepAt: number | undefined;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly options: EvictorOptions,
  ) {}

  /** One look at all nodes; to be called every second. */
  async sweep(): Promise<Sweep> {
    const { nodes, dead } = await nodeList(this.scripts, { nodes: this.keys.all.audience, dead: this.keys.deadNodes });
    const stepMs = this.stepMs();
    const evicted: Removed[] = [];
    for (const { node, lease } of nodes) {
      if (this.unchangedMs(node, lease, stepMs) < this.options.leaseMs) continue;
      const removed = await this.remove(node, lease);
      if (removed) evicted.push(removed);
    }
    this.forgetOthers(new Set(nodes.map(({ node }) => node)));
    const undone = [...dead, ...evicted];
    for (const one of undone) await this.undo(one);
    return { alive: nodes.length - evicted.length, evicted: evicted.map(nodeOf), undone: undone.map(nodeOf) };
  }

  private stepMs(): number {
    const now = (this.options.clock ?? (() => performance.now()))();
    const step = this.lastSweepAt === undefined ? 0 : now - this.lastSweepAt;
    this.lastSweepAt = now;
    return step > LONGEST_STEP_MS ? 0 : step;
  }

  private unchangedMs(node: string, lease: string, stepMs: number): number {
    const known = this.watched.get(node);
    if (known?.lease === lease) {
      known.unchangedMs += stepMs;
      return known.unchangedMs;
    }
    this.watched.set(node, { lease, unchangedMs: 0 });
    return 0;
  }

  private forgetOthers(alive: ReadonlySet<string>): void {
    for (const node of this.watched.keys()) if (!alive.has(node)) this.watched.delete(node);
  }

  private async remove(node: string, lease: string): Promise<Removed | undefined> {
    const reply = await nodeRemove(this.scripts, removalKeys(this.keys), { node, lease });
    return reply.status === 'OK' ? { node, removal: reply.removal } : undefined;
  }

  /** One that was removed again meanwhile stays among the dead, for the next sweep. */
  private async undo(removed: Removed): Promise<void> {
    await Promise.all(this.keys.everyHome().map((home) => this.undoIn(home, removed.node)));
    await nodeBury(this.scripts, { dead: this.keys.deadNodes }, removed);
  }

  private async undoIn(home: PartitionKeys, node: string): Promise<void> {
    const holdings = this.keys.nodeHoldings(home, node);
    for (;;) {
      const { items } = await nodeHoldings(this.scripts, { holdings }, { limit: HOLDINGS_PER_CALL });
      if (items.length === 0) break;
      await this.undoItems(home, holdings, node, items);
    }
    await nodeForget(this.scripts, { links: home.links, holdings }, { node });
  }

  private async undoItems(home: PartitionKeys, holdings: string, node: string, items: string[]): Promise<void> {
    const users = idsOf('user', items).map((user) => ({ user }));
    const { sessions, leaving } = home;
    const evict = sessionEvict(
      this.scripts,
      { sessions, leaving, holdings },
      { node, graceMs: this.options.graceMs },
      users,
    );
    const detach = idsOf('group', items).map((group) =>
      groupInterest(this.scripts, { nodes: this.keys.group(group).audience, holdings }, { group, node, users: 0 }),
    );
    await Promise.all([evict, ...detach]);
  }
}

/** Holdings are kept as "kind<tab>id". */
function idsOf(kind: string, items: readonly string[]): string[] {
  const prefix = `${kind}\t`;
  return items.filter((item) => item.startsWith(prefix)).map((item) => item.slice(prefix.length));
}
