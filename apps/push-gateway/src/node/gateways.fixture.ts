/** Whole gateways but for their sockets, on one Redis, and devices that connect to them. */
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller, type ScriptRunner } from '@fanfare/redis-scripts';
import { type RedisServer, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Publisher } from '@fanfare/timelines';
import type { Session } from '../sessions/session.js';
import { FakeTransport } from '../sessions/sessions.fixture.js';
import { GatewayRuntime } from './gateway-runtime.js';

export const settings = { leaseMs: 60_000, graceMs: 10_000, pingMs: 25_000, retentionAgeMs: 1e9 };
const RETENTION = { userMessages: 200_000, sharedMessages: 200_000, ageMs: 1e9 };

export interface Connected {
  readonly transport: FakeTransport;
  readonly session: Session;
  /** What `connected` said of a timeline. */
  readonly status: (timeline: string) => Record<string, unknown>;
}

export interface ConnectOptions {
  readonly device?: string;
  readonly resume?: Record<string, unknown>;
  readonly transport?: FakeTransport;
}

/** For each test an app that no other test uses. */
export class Gateways {
  redis!: ThrowawayRedis;
  admin!: ReturnType<RedisServer['connection']>;
  connection!: RedisConnection;
  scripts!: ScriptCaller;
  keys!: Keyspace;
  memberships!: Memberships;
  publisher!: Publisher;
  private open: GatewayRuntime[] = [];
  private apps = 0;

  async startRedis(): Promise<void> {
    this.redis = await startRedis({ mode: 'cluster' });
    const [server] = this.redis.servers;
    if (!server) throw new Error('a started Redis has a server');
    this.admin = server.connection();
    this.connection = await connectRedis(this.redis.url);
    this.scripts = new ScriptCaller(this.connection);
  }

  begin(): void {
    this.keys = new Keyspace(`app${(this.apps += 1)}`, 4);
    this.memberships = new Memberships(this.scripts, this.keys);
    this.publisher = new Publisher(this.scripts, this.keys, RETENTION);
  }

  /** A gateway that has its lease. */
  async start(scripts: ScriptRunner = this.scripts): Promise<GatewayRuntime> {
    const runtime = new GatewayRuntime(this.connection, scripts, this.keys, settings);
    this.open.push(runtime);
    await runtime.node.open();
    return runtime;
  }

  /** A device after `connected`. */
  async connect(runtime: GatewayRuntime, user: string, options: ConnectOptions = {}): Promise<Connected> {
    const { device, resume = {}, transport = new FakeTransport() } = options;
    let session: Session | undefined;
    const identity = { user, device, expiresAt: 0 };
    await runtime.sessions.connect(transport, identity, { resume }, (opened) => (session = opened));
    if (!session) throw new Error('connecting begins a session');
    const timelines = transport.sent.find(({ event }) => event === 'connected')?.data['timelines'];
    const status = (timeline: string): Record<string, unknown> =>
      (timelines as Record<string, unknown>[]).find((one) => one['timeline'] === timeline) ?? {};
    return { transport, session, status };
  }

  /** A device after `synced`. */
  async connectSynced(runtime: GatewayRuntime, user: string, options: ConnectOptions = {}): Promise<Connected> {
    const connected = await this.connect(runtime, user, options);
    const { sent } = connected.transport;
    await until(() => sent.some(({ event }) => event === 'synced'), { what: 'synced', deadlineMs: 25_000 });
    return connected;
  }

  async end(): Promise<void> {
    for (const { node, catchUp } of this.open) {
      catchUp.close();
      await node.close();
    }
    this.open = [];
  }

  async stopRedis(): Promise<void> {
    this.admin.disconnect();
    this.scripts.close();
    this.connection.close();
    await this.redis.stop();
  }
}

export function useGateways(): Gateways {
  const gateways = new Gateways();
  beforeAll(() => gateways.startRedis());
  beforeEach(() => gateways.begin());
  afterEach(() => gateways.end());
  afterAll(() => gateways.stopRedis());
  return gateways;
}
