// A primary and its replica, and everything that goes wrong between the two: a replica that lags, one that is promoted
// without the newest writes, a primary that goes on after it was replaced, one that is demoted while calls arrive.
// Services and tests reach whoever is the primary through one proxy, as through a Sentinel or a managed endpoint; each
// server is replicated from through a proxy of its own, so that the link can be cut or stalled.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { FaultProxy } from '../faults/fault-proxy.js';
import { freePort } from '../processes/free-port.js';
import { until } from '../until.js';
import { type AppendOnly, RedisServer } from './redis-server.js';

export interface ReplicatedRedisOptions {
  /** Default `no`. */
  readonly appendonly?: AppendOnly;
  /** More configuration, of both. */
  readonly args?: readonly string[];
}

export interface Member {
  readonly server: RedisServer;
  /** What others replicate from it through. */
  readonly link: FaultProxy;
  /** To look with, and to configure; past every proxy. After a restart it is another. */
  readonly admin: Redis;
}

const syncDeadlineMs = 30_000;

/** States: in sync ⇄ detached; `promote` and `swapRoles` change who is who. */
export class ReplicatedRedis {
  private constructor(
    private readonly dir: string,
    /** Between the services and the primary. */
    readonly proxy: FaultProxy,
    private members: readonly [primary: Member, replica: Member],
  ) {}

  /** Resolves when the replica has everything. */
  static async start(options: ReplicatedRedisOptions = {}): Promise<ReplicatedRedis> {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'fanfare-replicated-')));
    const members = await Promise.all([startMember(dir, options), startMember(dir, options)]);
    const proxy = await FaultProxy.open({ port: members[0].server.options.port });
    const redis = new ReplicatedRedis(dir, proxy, members);
    await redis.attach();
    return redis;
  }

  /** For FANFARE_REDIS_URL: leads to the primary. */
  get url(): string {
    return `redis://127.0.0.1:${this.proxy.port}`;
  }

  get primary(): Member {
    return this.members[0];
  }

  /** After `promote`: the primary of before, whatever it does now. */
  get replica(): Member {
    return this.members[1];
  }

  /** From now on the replica gets nothing more: it becomes stale. */
  detachReplica(): void {
    this.primary.link.refuse(true);
    this.primary.link.cutAll();
  }

  /** The end of `detachReplica`; resolves when it has everything again. */
  async reattachReplica(): Promise<void> {
    this.primary.link.refuse(false);
    await this.whenReplicaIsCurrent();
  }

  /**
   * The replica becomes the primary with what it has, and the proxy leads to it; connections to the old primary are cut.
   * That one is killed, or goes on and takes itself for the primary still.
   */
  async promote({ oldPrimary = 'killed' }: { readonly oldPrimary?: 'killed' | 'alive' } = {}): Promise<void> {
    const [old, promoted] = this.members;
    if (oldPrimary === 'killed') await old.server.kill();
    await promoted.admin.replicaof('NO', 'ONE');
    this.members = [promoted, old];
    this.followPrimary();
  }

  /** The old primary becomes a replica of the new one, after a start if it was killed; what only it had is gone. */
  async attachOld(): Promise<void> {
    if (!this.replica.server.isRunning) {
      await this.replica.server.start();
      this.members = [this.primary, reconnected(this.replica)];
    }
    await this.attach();
  }

  /**
   * Both change roles with nothing lost and nobody killed. Connections through the proxy stay at the old primary, which
   * answers writes with READONLY; so do new ones, until `followPrimary`.
   */
  async swapRoles(): Promise<void> {
    await this.whenReplicaIsCurrent();
    const [old, promoted] = this.members;
    await old.admin.call('FAILOVER', 'TO', '127.0.0.1', String(promoted.link.port), 'FORCE', 'TIMEOUT', '5000');
    this.members = [promoted, old];
    const isSwapped = async (): Promise<boolean> =>
      (await fact(promoted, 'role')) === 'master' && (await this.replicaOffsetIsCurrent());
    await until(isSwapped, { what: 'both roles to be swapped', deadlineMs: syncDeadlineMs });
  }

  /** The proxy leads to the primary; what is connected elsewhere is cut. */
  followPrimary(): void {
    this.proxy.retarget(this.primary.server.options.port);
  }

  /** Whether the replica is connected and has all that the primary has written. */
  async replicaOffsetIsCurrent(): Promise<boolean> {
    const [primary, replica] = this.members;
    if ((await fact(replica, 'master_link_status')) !== 'up') return false;
    const [written, received] = [await fact(primary, 'master_repl_offset'), await fact(replica, 'slave_repl_offset')];
    return written === received && (await fact(primary, 'master_replid')) === (await fact(replica, 'master_replid'));
  }

  async whenReplicaIsCurrent(): Promise<void> {
    const what = 'the replica to have everything';
    await until(() => this.replicaOffsetIsCurrent(), { what, deadlineMs: syncDeadlineMs });
  }

  async stop(): Promise<void> {
    await this.proxy.close();
    try {
      await Promise.all(this.members.map(stopMember));
    } finally {
      rmSync(this.dir, { recursive: true, force: true });
    }
  }

  private async attach(): Promise<void> {
    this.primary.link.refuse(false);
    await this.replica.admin.replicaof('127.0.0.1', this.primary.link.port);
    await this.whenReplicaIsCurrent();
  }
}

async function startMember(dir: string, { appendonly = 'no', args = [] }: ReplicatedRedisOptions): Promise<Member> {
  const port = await freePort();
  const link = await FaultProxy.open({ port });
  // The other one is told the link as this one's address, so that FAILOVER leads through it too.
  const announced = ['--replica-announce-ip', '127.0.0.1', '--replica-announce-port', String(link.port)];
  const own = ['--dbfilename', `dump-${port}.rdb`, '--appenddirname', `aof-${port}`];
  const quick = ['--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0'];
  const all = [...own, ...announced, ...quick, ...args];
  const server = new RedisServer({ port, dir, appendonly, isCluster: false, args: all, isThrowaway: true });
  await server.start();
  return { server, link, admin: server.connection() };
}

function reconnected({ server, link, admin }: Member): Member {
  admin.disconnect();
  return { server, link, admin: server.connection() };
}

async function stopMember({ server, link, admin }: Member): Promise<void> {
  admin.disconnect();
  await link.close();
  await server.kill(); // its data goes with it; an orderly end of a primary would wait for its replica
}

async function fact({ admin }: Member, name: string): Promise<string | undefined> {
  const info = await admin.info('replication');
  return new RegExp(`^${name}:(\\S*)`, 'm').exec(info)?.[1];
}
