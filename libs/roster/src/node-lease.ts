/**
 * The lease by which a node counts as alive. It is renewed for all its sessions together, so standing still costs
 * nothing per user. A lease that was lost is never renewed: the node takes a new id.
 */
import type { ReportedNode } from '@fanfare/contracts';
import {
  type Keyspace,
  nodeJoin,
  nodeRemove,
  type NodeRemoveKeys,
  nodeRenew,
  nodeReport,
  type ScriptRunner,
} from '@fanfare/redis-scripts';

/** Everything that removing a node touches. */
export function removalKeys(keys: Keyspace): NodeRemoveKeys {
  const { all, deadNodes: dead, nodeReports: reports, goneNodes: gone } = keys;
  return { nodes: all.audience, links: all.home.links, dead, reports, gone };
}

export class NodeLease {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    readonly node: string,
    private readonly leaseMs: number,
  ) {}

  /** @throws Error where the id was used before: ids are random, so this is a fault */
  async join(): Promise<void> {
    const reply = await nodeJoin(
      this.scripts,
      { nodes: this.keys.all.audience },
      { node: this.node, leaseMs: this.leaseMs },
    );
    // A repeated call finds the entry of the first one.
    if (reply.status === 'TAKEN' && !(await this.renew(0))) throw new Error(`node id ${this.node} is in use`);
  }

  /** false: the lease was lost */
  async renew(sessions: number): Promise<boolean> {
    const { node, leaseMs } = this;
    const reply = await nodeRenew(this.scripts, { nodes: this.keys.all.audience }, { node, leaseMs, sessions });
    return reply.status === 'OK';
  }

  /** Says what operators see of the node; a node without a lease says nothing. */
  async report(report: ReportedNode): Promise<void> {
    const { all, nodeReports: reports } = this.keys;
    await nodeReport(
      this.scripts,
      { nodes: all.audience, reports },
      { node: this.node, report: JSON.stringify(report) },
    );
  }

  /** Gives the lease up; what is still held is undone by the presence service. */
  async leave(): Promise<void> {
    await nodeRemove(this.scripts, removalKeys(this.keys), { node: this.node, lease: '' });
  }
}
