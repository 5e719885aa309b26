// What a suite plays on: a Redis of its own that keeps every write, and one Fanfare. FANFARE_E2E_GATEWAYS (1 or 2) says
// how many gateways; with two, connections go to them in turn, so that two devices of one user are always on different
// ones. FANFARE_E2E_REDIS (single or cluster) says which Redis; default: a single one for one gateway, one in cluster mode
// for two, so that `npm test` sees both.
import { randomBytes } from 'node:crypto';
import {
  type ApiClient,
  type ConnectOptions,
  type Fanfare,
  ProtocolClient,
  type RedisOptions,
  startFanfare,
  startRedis,
  type ThrowawayRedis,
} from '@fanfare/testing';

export interface StageOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** For suites that need that many whatever the setting says. */
  readonly gateways?: 1 | 2;
  /** Replicas of the membership service. */
  readonly memberships?: number;
}

export interface SessionOptions extends Omit<ConnectOptions, 'token'> {
  readonly token?: string;
  /** Index of the gateway; default: the next one in turn. */
  readonly gateway?: number;
}

const configured = process.env['FANFARE_E2E_GATEWAYS'] === '2' ? 2 : 1;
const redisMode = (process.env['FANFARE_E2E_REDIS'] ??
  (configured === 2 ? 'cluster' : 'single')) as RedisOptions['mode'];

/** Suites that stop a gateway with sessions on it need not wait out the whole drain window. */
const quick = { FANFARE_DRAIN_SECONDS: '0.5' };

/** States: closed → open → closed. `restart` and the parts themselves (kill) are for suites about that. */
export class Stage {
  private running: { redis: ThrowawayRedis; fanfare: Fanfare } | undefined;
  private readonly clients = new Set<ProtocolClient>();
  private turns = 0;

  constructor(private readonly options: StageOptions) {}

  get redis(): ThrowawayRedis {
    return this.open_.redis;
  }

  get fanfare(): Fanfare {
    return this.open_.fanfare;
  }

  get api(): ApiClient {
    return this.fanfare.client;
  }

  get gateways(): 1 | 2 {
    return this.options.gateways ?? configured;
  }

  async open(): Promise<void> {
    const redis = await startRedis({ mode: redisMode, appendonly: 'always' });
    try {
      this.running = { redis, fanfare: await this.startServices(redis) };
    } catch (error) {
      await redis.stop();
      throw error;
    }
  }

  /** All services again, new processes on the same Redis; the Redis is the caller's to start. */
  async reopen(): Promise<void> {
    const { redis, fanfare } = this.open_;
    this.running = { redis, fanfare: await this.startServices(redis, fanfare) };
  }

  async close(): Promise<void> {
    this.disconnectAll();
    try {
      await this.running?.fanfare.stop();
    } finally {
      await this.running?.redis.stop();
      this.running = undefined;
    }
  }

  /** A name that no other test has used. */
  name(prefix: string): string {
    return `${prefix}-${randomBytes(4).toString('hex')}`;
  }

  async token(user: string, device?: string): Promise<string> {
    const answer = await this.api.token({ user, ...(device && { device }) });
    expect(answer.status).toBe(200);
    return answer.body.token;
  }

  /** A session after `connected`. */
  async connect(user: string, options: SessionOptions = {}): Promise<ProtocolClient> {
    const { gateway, token = await this.token(user), ...rest } = options;
    return this.keep(await ProtocolClient.connect(this.gatewayUrl(gateway), { token, ...rest }));
  }

  /** A session after `synced`. */
  async connectSynced(user: string, options: SessionOptions = {}): Promise<ProtocolClient> {
    const client = await this.connect(user, options);
    await client.waitFor('synced');
    return client;
  }

  /** A socket on which nothing has been said. */
  async openSocket(options: { origin?: string; headers?: Record<string, string> } = {}): Promise<ProtocolClient> {
    return this.keep(await ProtocolClient.open(this.gatewayUrl(), options));
  }

  gatewayUrl(index = this.turns++): string {
    return this.fanfare.gatewayUrl(index);
  }

  disconnectAll(): void {
    for (const client of this.clients) client.terminate();
    this.clients.clear();
  }

  private keep(client: ProtocolClient): ProtocolClient {
    this.clients.add(client);
    return client;
  }

  private startServices(redis: ThrowawayRedis, former?: Fanfare): Promise<Fanfare> {
    return startFanfare({
      redis,
      gateways: this.gateways,
      ...(this.options.memberships && { memberships: this.options.memberships }),
      env: { ...quick, ...this.options.env },
      ...(former && { credentials: former.credentials }),
    });
  }

  private get open_(): { redis: ThrowawayRedis; fanfare: Fanfare } {
    if (!this.running) throw new Error('the stage is not open; did it fail to start?');
    return this.running;
  }
}

/** Opens a stage before the tests of this file, ends the sessions after each, closes it after all. */
export function useStage(options: StageOptions = {}): Stage {
  const stage = new Stage(options);
  beforeAll(() => stage.open(), 90_000);
  afterEach(() => stage.disconnectAll());
  afterAll(() => stage.close(), 90_000);
  return stage;
}
