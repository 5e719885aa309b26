// What a suite plays on: a Redis that keeps every write, and one Fanfare. Suites with options have both to themselves, all
// others share one pair, so that nothing of it may be ended there. FANFARE_E2E_DEPLOYMENT says how it is deployed:
//
// - `small` (default): one process of each service, a single Redis;
// - `replicated`: two gateways and three replicas of every other service, Redis in cluster mode. Calls go to the apis in
//   turn and connections to the gateways, so that two devices of one user are always on different ones.
import { randomBytes } from 'node:crypto';
import {
  type ApiClient,
  type ConnectOptions,
  type Fanfare,
  type FanfareOptions,
  ProtocolClient,
  type RedisOptions,
  type Replicas,
  startFanfare,
  startRedis,
  type ThrowawayRedis,
} from '@fanfare/testing';

/** For suites that need that many of a service whatever the deployment; the other services stand alone then. */
export interface StageOptions extends Replicas {
  readonly env?: Readonly<Record<string, string>>;
  /** Whatever the deployment. */
  readonly redis?: RedisOptions['mode'];
  /** More configuration of it, as on the command line. */
  readonly redisArgs?: readonly string[];
}

export interface SessionOptions extends Omit<ConnectOptions, 'token'> {
  readonly token?: string;
  /** Index of the gateway; default: the next one in turn. */
  readonly gateway?: number;
}

interface Pair {
  readonly redis: ThrowawayRedis;
  readonly fanfare: Fanfare;
}

/** Put there by shared-fanfare.environment.mjs. */
declare const sharedFanfare: (redis: RedisOptions, fanfare: Omit<FanfareOptions, 'redis'>) => Promise<Pair>;

const isReplicated = process.env['FANFARE_E2E_DEPLOYMENT'] === 'replicated';
const redisOptions: RedisOptions = { mode: isReplicated ? 'cluster' : 'single', appendonly: 'always' };
const replicas: Replicas = isReplicated ? { gateways: 2, apis: 3, presences: 3, workers: 3, memberships: 3 } : {};

/** Suites that stop a gateway with sessions on it need not wait out the whole drain window. */
const quick = { FANFARE_DRAIN_SECONDS: '0.5' };

/** States: closed → open → closed. `restart` and the parts themselves (kill) are for suites about that. */
export class Stage {
  private running: Pair | undefined;
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

  async open(): Promise<void> {
    if (this.isShared) {
      this.running = await sharedFanfare(redisOptions, this.fanfareOptions);
      return;
    }
    const { redis: mode = redisOptions.mode, redisArgs: args = [] } = this.options;
    const redis = await startRedis({ ...redisOptions, mode, args });
    try {
      this.running = { redis, fanfare: await startFanfare({ ...this.fanfareOptions, redis }) };
    } catch (error) {
      await redis.stop();
      throw error;
    }
  }

  /** All services again, new processes on the same Redis; the Redis is the caller's to start. */
  async reopen(): Promise<void> {
    const { redis, fanfare } = this.open_;
    const { credentials } = fanfare;
    this.running = { redis, fanfare: await startFanfare({ ...this.fanfareOptions, redis, credentials }) };
  }

  async close(): Promise<void> {
    this.disconnectAll();
    if (this.isShared) return;
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

  private get isShared(): boolean {
    return Object.keys(this.options).length === 0;
  }

  private get fanfareOptions(): Omit<FanfareOptions, 'redis'> {
    const { env, redis: _, redisArgs: __, ...asked } = this.options;
    const isAsked = Object.keys(asked).length > 0;
    return { ...(isAsked ? asked : replicas), env: { ...quick, ...env } };
  }

  private get open_(): Pair {
    if (!this.running) throw new Error('the stage is not open; did it fail to start?');
    return this.running;
  }
}

/** Opens a stage before the tests of this file, ends the sessions after each, closes it after all. */
export function useStage(options: StageOptions = {}): Stage {
  const stage = new Stage(options);
  beforeAll(() => stage.open(), 120_000);
  afterEach(() => stage.disconnectAll());
  afterAll(() => stage.close(), 90_000);
  return stage;
}
