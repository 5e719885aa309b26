// A whole Fanfare of a test's own: the api, one or two gateways, the presence service, the membership service and fan-out
// workers, over a Redis that the test holds (and may kill).
import { randomBytes } from 'node:crypto';
import { freePort } from '../processes/free-port.js';
import { ApiClient } from '../http/api-client.js';
import { type Service, startService } from './service.js';

export interface FanfareOptions {
  readonly redis: { readonly url: string };
  readonly gateways?: 1 | 2;
  /** Fan-out workers; default 1. */
  readonly workers?: number;
  /** Replicas of the membership service; default 1. */
  readonly memberships?: number;
  /** More settings, for every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** To start again with the credentials of an earlier one, as an operator would. */
  readonly credentials?: Credentials;
}

export interface Credentials {
  readonly adminKey: string;
  readonly tokenSecret: string;
}

export const allowedOrigin = 'http://app.fanfare.test';

/** States: running → stopped. Single services may be killed meanwhile; `stop` passes over them. */
export class Fanfare {
  readonly client: ApiClient;

  constructor(
    readonly api: Service,
    readonly gateways: readonly Service[],
    readonly presence: Service,
    readonly workers: readonly Service[],
    readonly memberships: readonly Service[],
    readonly credentials: Credentials,
  ) {
    this.client = new ApiClient(api.url, credentials.adminKey);
  }

  get services(): readonly Service[] {
    return [this.api, ...this.gateways, this.presence, ...this.workers, ...this.memberships];
  }

  /** Where sessions connect; round and round over the gateways. */
  gatewayUrl(index: number): string {
    const gateway = this.gateways[index % this.gateways.length];
    return `ws://127.0.0.1:${gateway?.port}/v1/connect`;
  }

  /** Everything ends in an orderly way, or this rejects after ending it by force. */
  async stop(): Promise<void> {
    await allOrFirstError(this.services.map((service) => service.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.services.map((service) => service.kill()));
  }
}

/** Resolves when every service is ready; if one does not get there, none is left running. */
export async function startFanfare(options: FanfareOptions): Promise<Fanfare> {
  const credentials = options.credentials ?? newCredentials();
  const ports: number[] = [];
  for (let index = 0; index < (options.gateways ?? 1); index++) ports.push(await freePort());
  const env = { ...settings(options, credentials, ports[0]), ...options.env };
  const [workerCount, membershipCount] = [options.workers ?? 1, options.memberships ?? 1];
  const starting = [
    startService('api', env),
    startService('presence', env),
    ...Array.from({ length: workerCount }, () => startService('fanout-worker', env)),
    ...Array.from({ length: membershipCount }, () => startService('membership', env)),
    ...ports.map((port) => startService('push-gateway', { ...env, GATEWAY_PORT: String(port) })),
  ];
  const outcomes = await Promise.allSettled(starting);
  const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [api, presence, ...others] = running;
  if (running.length === starting.length && api && presence) {
    const workers = others.splice(0, workerCount);
    const memberships = others.splice(0, membershipCount);
    return new Fanfare(api, others, presence, workers, memberships, credentials);
  }
  await Promise.all(running.map((service) => service.kill()));
  throw new AggregateError(reasons(outcomes), reasons(outcomes).map(String).join('\n\n'));
}

export function newCredentials(): Credentials {
  return { adminKey: randomBytes(24).toString('hex'), tokenSecret: randomBytes(32).toString('hex') };
}

function settings(options: FanfareOptions, credentials: Credentials, gatewayPort: number | undefined) {
  return {
    FANFARE_REDIS_URL: options.redis.url,
    FANFARE_ADMIN_KEY: credentials.adminKey,
    FANFARE_TOKEN_SECRET: credentials.tokenSecret,
    FANFARE_PUBLIC_GATEWAY_URL: `ws://127.0.0.1:${gatewayPort}`,
    FANFARE_ALLOWED_ORIGINS: allowedOrigin,
  };
}

async function allOrFirstError(promises: Promise<void>[]): Promise<void> {
  const [first] = reasons(await Promise.allSettled(promises));
  if (first !== undefined) throw first;
}

function reasons(outcomes: PromiseSettledResult<unknown>[]): Error[] {
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
}
