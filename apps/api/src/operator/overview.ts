/**
 * What operators look at. A look costs five small script calls, and a PING and an INFO for each primary; counting who is
 * online costs one more for each partition, pipelined. So a look is good for a second and that count for five, whoever
 * asks: the cost does not grow with those who watch.
 */
import type { NodesAnswer, ScriptsAnswer, StatsAnswer } from '@fanfare/contracts';
import type { JobCatalog, JobCounts } from '@fanfare/jobs';
import {
  allScripts,
  primaryStates,
  type RedisConnection,
  scriptCaches,
  scriptStats,
  UnavailableError,
} from '@fanfare/redis-scripts';
import type { Nodes, NodesNow, Presence } from '@fanfare/roster';
import type { Totals, TotalsNow } from '@fanfare/service-kit';
import { countOf, percentile } from './percentile.js';
import { Recent } from './recent.js';

export interface OverviewParts {
  readonly connection: RedisConnection;
  readonly nodes: Pick<Nodes, 'look'>;
  readonly presence: Pick<Presence, 'countOnline'>;
  readonly jobs: Pick<JobCatalog, 'counts'>;
  readonly totals: Pick<Totals, 'read'>;
}

const LOOK_MS = 1000;
const COUNT_ONLINE_MS = 5000;
const WINDOW_SECONDS = 60;

export class Overview {
  private readonly online: Recent<number>;
  private readonly nodesNow: Recent<NodesNow>;
  private readonly statsNow: Recent<StatsAnswer>;
  private readonly scriptsNow: Recent<ScriptsAnswer>;

  constructor(private readonly parts: OverviewParts) {
    this.online = new Recent(COUNT_ONLINE_MS, () => parts.presence.countOnline());
    this.nodesNow = new Recent(LOOK_MS, () => parts.nodes.look());
    this.statsNow = new Recent(LOOK_MS, () => this.lookAtStats());
    this.scriptsNow = new Recent(LOOK_MS, () => this.lookAtScripts());
  }

  async nodes(): Promise<NodesAnswer> {
    const { at, nodes, gone } = await this.nodesNow.get();
    return { at, nodes, gone };
  }

  stats(): Promise<StatsAnswer> {
    return this.statsNow.get();
  }

  scripts(): Promise<ScriptsAnswer> {
    return this.scriptsNow.get();
  }

  private async lookAtStats(): Promise<StatsAnswer> {
    const { connection, jobs, totals } = this.parts;
    const [nodes, usersOnline, jobCounts, totalsNow, primaries] = await Promise.all([
      this.nodesNow.get(),
      this.online.get(),
      jobs.counts(),
      totals.read(),
      primaryStates(connection),
    ]);
    return {
      ...{ at: Date.now(), ...sessionsOf(nodes), usersOnline, ...flowOf(totalsNow) },
      ...{ delivery: deliveryOf(nodes), ...jobsOf(jobCounts) },
      redis: { kind: connection.kind, primaries },
    };
  }

  private async lookAtScripts(): Promise<ScriptsAnswer> {
    const { connection, totals } = this.parts;
    const sha1s = allScripts.map(({ sha1 }) => sha1);
    // First: it fails in time, and with an error that says what to do, where Redis is away.
    const { since, scripts: counted } = await totals.read();
    const [caches, stats] = await Promise.all([scriptCaches(connection, sha1s), scriptStats(connection)]).catch(
      (cause: Error) => Promise.reject(new UnavailableError('the scripts of the primaries', 'connection', cause)),
    );
    const scripts = allScripts.map(({ name, sha1: sha, readOnly }) => {
      const { calls, micros } = counted.get(name) ?? { calls: 0, micros: 0 };
      const meanMs = calls === 0 ? null : Math.round(micros / calls) / 1000;
      return { name, sha, readOnly, loaded: caches.every(({ loaded }) => loaded.has(sha)), calls, meanMs };
    });
    const primaries = stats.map(({ address, calls, microsPerCall }) => {
      const loaded = caches.find((cache) => cache.address === address)?.loaded.size ?? 0;
      return { address, loaded, calls, microsPerCall };
    });
    scripts.sort((one, other) => (one.name < other.name ? -1 : 1));
    return { at: Date.now(), countedSince: since, scripts, primaries };
  }
}

function sessionsOf({ nodes }: NodesNow) {
  return {
    nodes: nodes.length,
    sessions: nodes.reduce((sum, { sessions }) => sum + sessions, 0),
    connections: nodes.reduce((sum, { connections = 0 }) => sum + connections, 0),
  };
}

function flowOf({ since, counts }: TotalsNow) {
  return {
    published: counts.get('published') ?? 0,
    delivered: counts.get('delivered') ?? 0,
    countedSince: since,
  };
}

function deliveryOf({ ages }: NodesNow): StatsAnswer['delivery'] {
  return {
    windowSeconds: WINDOW_SECONDS,
    messages: countOf(ages),
    p50Ms: percentile(ages, 0.5),
    p99Ms: percentile(ages, 0.99),
    older: ages['older'] ?? 0,
  };
}

function jobsOf({ scheduled, deadLetters, running, lanes }: JobCounts) {
  const held = Object.values(lanes).reduce((sum, depth) => sum + depth, 0);
  return {
    lanes,
    jobs: { scheduled, queued: held - running, running, failed: deadLetters },
    deadLetters,
  };
}
