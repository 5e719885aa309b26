// What chaos is done to: a Redis that keeps every write, two processes of every service, and a proxy between the two.
import {
  type ApiClient,
  FaultProxy,
  type Fanfare,
  portSetting,
  startFanfare,
  startRedis,
  type ThrowawayRedis,
} from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { Metrics } from './metrics.js';
import { Slot } from './slot.js';

/** Short, so that what is left behind is taken over within the run. */
const SETTINGS = {
  FANFARE_LEASE_SECONDS: '5',
  FANFARE_GRACE_SECONDS: '2',
  FANFARE_JOB_CLAIM_SECONDS: '2',
  FANFARE_DRAIN_SECONDS: '0.5',
  LOG_LEVEL: 'warn',
};
/** As long as a Redis that was killed takes to serve again, on a busy machine. */
const [COMMAND_MS, COMMAND_AGAIN_MS] = [5000, 50];
const REPLICAS = { apis: 2, gateways: 2, presences: 2, workers: 2, memberships: 2 };

export class World {
  readonly metrics: Metrics;
  private recovery: Promise<void> = Promise.resolve();
  private isRedisDown = false;

  private constructor(
    readonly redis: ThrowawayRedis,
    readonly links: FaultProxy,
    private readonly fanfare: Fanfare,
    readonly slots: readonly Slot[],
  ) {
    this.metrics = new Metrics(slots);
  }

  static async start(): Promise<World> {
    const redis = await startRedis({ mode: 'single', appendonly: 'always' });
    const links = await FaultProxy.open({ port: redis.port });
    const url = `redis://127.0.0.1:${links.port}`;
    const fanfare = await startFanfare({ redis: { url }, ...REPLICAS, env: SETTINGS });
    const slots = fanfare.services.map(
      (service) => new Slot(service, (name, port) => fanfare.startAnother(name, { [portSetting[name]]: String(port) })),
    );
    return new World(redis, links, fanfare, slots);
  }

  get api(): ApiClient {
    return this.fanfare.client;
  }

  get tokenSecret(): string {
    return this.fanfare.credentials.tokenSecret;
  }

  gatewayUrl(turn: number): string {
    return this.fanfare.gatewayUrl(turn);
  }

  /** SIGKILL; it comes back on the same data. @returns whether it was up */
  async killRedis(downMs: number): Promise<boolean> {
    if (this.isRedisDown) return false;
    this.isRedisDown = true;
    await this.redis.kill();
    this.recovery = pause(downMs)
      .then(() => this.redis.restart())
      .then(() => void (this.isRedisDown = false));
    this.recovery.catch(() => undefined); // `heal` tells of it
    return true;
  }

  /** Straight to Redis, which may be coming back just now. @returns what it counted; 1 for OK; 0 where it stays away */
  async command(name: string, ...args: string[]): Promise<number> {
    const until = Date.now() + COMMAND_MS;
    for (;;) {
      const answer = await this.ask(name, args).catch(() => undefined);
      if (answer !== undefined) return typeof answer === 'number' ? answer : 1;
      if (Date.now() >= until) return 0;
      await pause(COMMAND_AGAIN_MS);
    }
  }

  private async ask(name: string, args: readonly string[]): Promise<unknown> {
    const connection = this.redis.servers[0]?.connection();
    try {
      return await connection?.call(name, ...args);
    } finally {
      connection?.disconnect();
    }
  }

  /** Nothing is broken any more when it resolves. @throws where something does not come back */
  async heal(): Promise<void> {
    this.links.delay(0);
    await this.recovery;
    await Promise.all(this.slots.map((slot) => slot.recovered()));
  }

  async stop(): Promise<void> {
    this.metrics.stop();
    await this.recovery.catch(() => undefined);
    const ends = await Promise.allSettled(this.slots.map((slot) => slot.end()));
    await this.links.close();
    await this.redis.stop();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}
