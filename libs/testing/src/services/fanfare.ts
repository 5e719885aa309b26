// A whole Fanfare of a test's own: every service, in as many replicas as the test wants, over a Redis that the test holds
// (and may kill).
import { randomBytes } from 'node:crypto';
import { freePort } from '../processes/free-port.js';
import { ApiClient } from '../http/api-client.js';
import { type Service, type ServiceName, startService } from './service.js';

/** How many of each service run; default: one. */
export interface Replicas {
  readonly apis?: number;
  readonly gateways?: number;
  readonly presences?: number;
  readonly workers?: number;
  readonly memberships?: number;
}

export interface FanfareOptions extends Replicas {
  readonly redis: { readonly url: string };
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

const kinds: readonly ServiceName[] = ['api', 'presence', 'fanout-worker', 'membership', 'push-gateway'];

/** States: running → stopped. Single services may be killed meanwhile; `stop` passes over them. */
export class Fanfare {
  /** Calls go to the apis in turn. */
  readonly client: ApiClient;

  constructor(
    readonly services: readonly Service[],
    readonly credentials: Credentials,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    const urls = this.apis.map(({ url }) => url);
    this.client = new ApiClient(urls, credentials.adminKey);
  }

  get apis(): readonly Service[] {
    return this.all('api');
  }

  get gateways(): readonly Service[] {
    return this.all('push-gateway');
  }

  get presences(): readonly Service[] {
    return this.all('presence');
  }

  get workers(): readonly Service[] {
    return this.all('fanout-worker');
  }

  get memberships(): readonly Service[] {
    return this.all('membership');
  }

  /** Where sessions connect; round and round over the gateways. */
  gatewayUrl(index: number): string {
    const gateway = this.gateways[index % this.gateways.length];
    return `ws://127.0.0.1:${gateway?.port}/v1/connect`;
  }

  /** One more replica with the same settings but for those given; the caller ends it. */
  startAnother(name: ServiceName, env: Readonly<Record<string, string>> = {}): Promise<Service> {
    return startService(name, { ...this.env, ...env });
  }

  /** Everything ends in an orderly way, or this rejects after ending it by force. */
  async stop(): Promise<void> {
    await allOrFirstError(this.services.map((service) => service.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.services.map((service) => service.kill()));
  }

  private all(kind: ServiceName): readonly Service[] {
    return this.services.filter(({ name }) => name === kind);
  }
}

/** Resolves when every service is ready; if one does not get there, none is left running. */
export async function startFanfare(options: FanfareOptions): Promise<Fanfare> {
  const credentials = options.credentials ?? newCredentials();
  const gatewayPorts: string[] = [];
  for (let index = 0; index < count(options, 'push-gateway'); index++) gatewayPorts.push(String(await freePort()));
  const env = { ...settings(options, credentials, gatewayPorts[0]), ...options.env };
  const starting = kinds.flatMap((kind) =>
    Array.from({ length: count(options, kind) }, (_, index) => {
      const port = kind === 'push-gateway' && gatewayPorts[index];
      return startService(kind, port ? { ...env, GATEWAY_PORT: port } : env);
    }),
  );
  const outcomes = await Promise.allSettled(starting);
  const running = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (running.length === starting.length) return new Fanfare(running, credentials, env);
  await Promise.all(running.map((service) => service.kill()));
  throw new AggregateError(reasons(outcomes), reasons(outcomes).map(String).join('\n\n'));
}

export function newCredentials(): Credentials {
  return { adminKey: randomBytes(24).toString('hex'), tokenSecret: randomBytes(32).toString('hex') };
}

function count({ apis, gateways, presences, workers, memberships }: Replicas, kind: ServiceName): number {
  const wanted: Record<ServiceName, number | undefined> = {
    ...{ api: apis, presence: presences, membership: memberships },
    ...{ 'push-gateway': gateways, 'fanout-worker': workers },
  };
  return wanted[kind] ?? 1;
}

function settings(options: FanfareOptions, credentials: Credentials, gatewayPort: string | undefined) {
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
