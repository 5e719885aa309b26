/** The gateways as operators see them: who holds a lease, what each said last, and who is gone. One script call. */
import type { GoneNode, NodesAnswer, NodeView, ReportedNode } from '@fanfare/contracts';
import { type Keyspace, nodeInspect, type ScriptRunner } from '@fanfare/redis-scripts';
import { type AgeCounts, readReport } from './node-report.js';

export interface NodesNow extends NodesAnswer {
  /** Of all live nodes together. */
  readonly ages: AgeCounts;
}

export class Nodes {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  async look(): Promise<NodesNow> {
    const { all, nodeReports, goneNodes } = this.keys;
    const reply = await nodeInspect(this.scripts, { nodes: all.audience, reports: nodeReports, gone: goneNodes });
    const reports = new Map(reply.reports.map(({ node, report }) => [node, readReport(report)]));
    const nodes = reply.nodes.map(({ node, lease }) => viewOf(node, lease, reply.now, reports.get(node)));
    return {
      at: reply.now,
      nodes: nodes.sort((one, other) => (one.startedAt ?? 0) - (other.startedAt ?? 0)),
      gone: reply.gone.map((line) => goneOf(line.toString())),
      ages: sumOf([...reports.values()].map(({ ages }) => ages ?? {})),
    };
  }
}

function viewOf(id: string, lease: string, now: number, said: ReportedNode = {}): NodeView {
  const [until = '', sessions = ''] = lease.split(' ');
  const leaseMs = Math.max(0, Number(until) - now);
  const { ages: _, ...report } = said;
  const state = leaseMs > 0 ? 'alive' : 'late';
  return { id, state, leaseUntil: Number(until), leaseMs, sessions: Number(sessions), ...report };
}

function goneOf(line: string): GoneNode {
  const [id = '', at = '', reason = '', ...report] = line.split('\t');
  const { ages: _, ...said } = readReport(report.join('\t'));
  return { id, reason: reason === 'left' ? 'left' : 'died', goneAt: Number(at), ...said };
}

function sumOf(counts: readonly AgeCounts[]): AgeCounts {
  const sum: Record<string, number> = {};
  for (const one of counts) {
    for (const [bound, number] of Object.entries(one)) sum[bound] = (sum[bound] ?? 0) + number;
  }
  return sum;
}
