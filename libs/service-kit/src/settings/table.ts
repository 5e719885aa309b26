/**
 * Every setting of every service: its variable, its form, its default and what it is for. `environment.ts` reads by this
 * table and docs/operations.md prints it, so a setting exists nowhere else.
 */
import { appId, limits } from '@fanfare/contracts';
import { isPartitionCount } from '@fanfare/redis-scripts';
import { z } from 'zod';

/** A setting without `fallback` is undefined when the variable is not set. */
export interface Setting<T> {
  readonly variable: string;
  readonly description: string;
  readonly schema: z.ZodType<T, string>;
  readonly fallback?: string;
  /** Its value never appears in a message. */
  readonly isSecret?: true;
  /** How to get a value, for the message that it is missing. */
  readonly hint?: string;
}

function setting<T>(variable: string, fallback: string, schema: z.ZodType<T, string>, description: string): Setting<T> {
  return { variable, fallback, schema, description };
}

function secret(variable: string, minLength: number, hint: string, description: string): Setting<string | undefined> {
  const error = `must be at least ${minLength} visible ASCII characters without spaces`;
  const schema = z.string().regex(new RegExp(`^[\\x21-\\x7e]{${minLength},}$`), { error });
  return { variable, schema, description, isSecret: true, hint };
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: `must be a whole number from ${min} to ${max}` });

/** Given in seconds, fractions allowed, because people think in them; milliseconds in the code. */
const secondsAsMs = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d{1,3})?$/, { error: `must be a number of seconds from ${min} to ${max}` })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error: `must be a number of seconds from ${min} to ${max}` })
    .transform((value) => Math.round(value * 1000));

const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port from 0 to 65535 (0: any free one)' })
  .transform(Number)
  .refine((value) => value <= 65_535, { error: 'must be a port from 0 to 65535 (0: any free one)' });

/** As browsers send them: scheme, host and, where it is not the default, port. */
const origins = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .refine((list) => list.every((origin) => origin === '*' || isOrigin(origin)), {
    error: 'must be origins like https://app.example.com, separated by commas, or *',
  });

function isOrigin(text: string): boolean {
  return URL.canParse(text) && (new URL(text).origin === text || /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/.test(text));
}

const webSocketUrl = z
  .string()
  .refine((text) => /^wss?:\/\//.test(text) && URL.canParse(text) && new URL(text).search === '', {
    error: 'must be a URL like wss://push.example.com',
  })
  .transform((text) => text.replace(/\/+$/, ''));

const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((text) => text === 'true');

const host = z.string().regex(/^[\w.:-]+$/, { error: 'must be an address or a host name' });
const day = 24 * 3600 * 1000;

export const settingsTable = {
  redisUrl: setting(
    'FANFARE_REDIS_URL',
    'redis://127.0.0.1:6379',
    z.string().regex(/^(rediss?|redis\+sentinel|redis\+cluster):\/\/./, {
      error: 'must begin with redis://, rediss://, redis+sentinel:// or redis+cluster://',
    }),
    'The Redis (7.0 or newer) or Valkey that keeps everything: one server, Sentinels or a cluster',
  ),
  app: setting(
    'FANFARE_APP',
    'default',
    z.string().refine((text) => appId.safeParse(text).success, {
      error: `must be 1 to ${limits.idBytes} bytes without control characters`,
    }),
    'The tenant whose keys and credentials these are',
  ),
  partitions: setting(
    'FANFARE_PARTITIONS',
    '256',
    wholeNumber(1, 16_384).refine(isPartitionCount, { error: 'must be a power of two from 1 to 16384' }),
    'Cells that own users and groups; at least users / 70,000. Stored at first start, fixed from then on',
  ),
  adminKey: secret(
    'FANFARE_ADMIN_KEY',
    8,
    'any long random text does, such as the output of: openssl rand -hex 24',
    'The key with which backends call the HTTP API (api)',
  ),
  tokenSecret: secret(
    'FANFARE_TOKEN_SECRET',
    16,
    'make one with: openssl rand -hex 32',
    "Signs and checks users' tokens (api, push-gateway; the same for both)",
  ),
  publicGatewayUrl: setting(
    'FANFARE_PUBLIC_GATEWAY_URL',
    'ws://127.0.0.1:3001',
    webSocketUrl,
    'Where clients reach the gateway; `POST /v1/tokens` answers it with the path `/v1/connect`',
  ),
  allowedOrigins: setting(
    'FANFARE_ALLOWED_ORIGINS',
    '',
    origins,
    'Origins of web pages that may connect to the gateway, separated by commas; `*` for all. Clients that send no Origin (not browsers) always may',
  ),
  corsOrigins: setting(
    'FANFARE_CORS_ORIGINS',
    '',
    origins,
    "Origins of web pages that may call `/v1/me/` of the HTTP API with a user's token, separated by commas; `*` for all",
  ),
  host: setting('FANFARE_HOST', '127.0.0.1', host, 'Address that a service listens on; `0.0.0.0` in containers'),
  demo: setting(
    'FANFARE_DEMO',
    'false',
    flag,
    'Whether the api serves the demo at `/demo`, which holds the API key: for development, and refused where `FANFARE_HOST` is no loopback address; true or false (`npm start` has it on with its development key)',
  ),
  apiPort: setting('API_PORT', '3000', port, 'Port of the api'),
  gatewayPort: setting('GATEWAY_PORT', '3001', port, 'Port of the push-gateway'),
  workerPort: setting('WORKER_PORT', '3002', port, 'Port of the fanout-worker'),
  presencePort: setting('PRESENCE_PORT', '3003', port, 'Port of the presence service'),
  membershipPort: setting('MEMBERSHIP_PORT', '3004', port, 'Port of the membership service'),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be fatal, error, warn, info, debug, trace or silent',
    }),
    'Least level of the log lines (JSON) on standard output: fatal, error, warn, info, debug, trace or silent',
  ),
  pingMs: setting(
    'FANFARE_PING_SECONDS',
    '25',
    secondsAsMs(0.1, 3600),
    'Silence of a client after which the gateway sends a ping; two without an answer close the session',
  ),
  drainMs: setting(
    'FANFARE_DRAIN_SECONDS',
    '10',
    secondsAsMs(0, 600),
    'Time over which a gateway that stops spreads the reconnects of its sessions',
  ),
  leaseMs: setting(
    'FANFARE_LEASE_SECONDS',
    '15',
    secondsAsMs(0.5, 600),
    "A gateway's lease, renewed three times in its length; the same for push-gateway and presence",
  ),
  graceMs: setting(
    'FANFARE_GRACE_SECONDS',
    '10',
    secondsAsMs(0, 600),
    'Time after the last session closed until a user is offline; the same for push-gateway and presence',
  ),
  connectsAtOnce: setting(
    'FANFARE_CONNECTS_AT_ONCE',
    '128',
    wholeNumber(1, 10_000),
    'Sessions that a gateway opens at the same time; further connects wait in line (push-gateway)',
  ),
  connectsWaiting: setting(
    'FANFARE_CONNECTS_WAITING',
    '20000',
    wholeNumber(0, 1_000_000),
    'Connects that may wait in line; beyond it clients are told to `reconnect` later, closed with 4503 (push-gateway)',
  ),
  connectWaitMs: setting(
    'FANFARE_CONNECT_WAIT_SECONDS',
    '20',
    secondsAsMs(0.1, 600),
    'Time in line after which a client is told the same (push-gateway)',
  ),
  nativeWrites: setting(
    'FANFARE_NATIVE_WRITES',
    'true',
    flag,
    'Whether the gateway writes to many sockets in one native call, where that was built; false for each by itself (push-gateway)',
  ),
  durability: setting(
    'FANFARE_DURABILITY',
    'stored',
    z.enum(['stored', 'replicated'], { error: 'must be stored or replicated' }),
    'What a 202 says where the request does not ask for more or less: the primary holds the message, or a replica too (api)',
  ),
  replicaWaitMs: setting(
    'FANFARE_REPLICA_WAIT_SECONDS',
    '1',
    secondsAsMs(0.05, 5),
    'Time within which a replica must have confirmed; then publishing answers 503 `not_replicated` (api)',
  ),
  publishLogMessages: setting(
    'FANFARE_PUBLISH_LOG_MESSAGES',
    '10000',
    wholeNumber(0, 1_000_000),
    'Newest messages that the publish log keeps, at least; 0 for no log (api; the same for all of them)',
  ),
  laneDepth: setting(
    'FANFARE_LANE_DEPTH',
    '10000',
    wholeNumber(1, 10_000_000),
    'Jobs that one lane may hold; beyond it lists and filters are refused with 503 `lane_full` (api)',
  ),
  jobClaimMs: setting(
    'FANFARE_JOB_CLAIM_SECONDS',
    '15',
    secondsAsMs(0.1, 3600),
    'Time after which a job whose worker is not heard of any more is taken over by another (fanout-worker)',
  ),
  rpcDeadlineMs: setting(
    'FANFARE_RPC_TIMEOUT_SECONDS',
    '5',
    secondsAsMs(0.1, 60),
    'Time within which another service must have answered; then the caller is told 504 `timeout` (api)',
  ),
  busyKillMs: setting(
    'FANFARE_BUSY_KILL_SECONDS',
    '2',
    secondsAsMs(0, 3600),
    'Time for which a script that has written nothing may keep Redis busy until it is ended; 0 for never (presence)',
  ),
  retentionUserMessages: setting(
    'FANFARE_RETENTION_USER_MESSAGES',
    '1000',
    wholeNumber(1, limits.retentionMessages),
    'Newest messages kept in the timeline of a user',
  ),
  retentionGroupMessages: setting(
    'FANFARE_RETENTION_GROUP_MESSAGES',
    '10000',
    wholeNumber(1, limits.retentionMessages),
    'Newest messages kept in the timeline of a group and in `all`',
  ),
  retentionAgeMs: setting(
    'FANFARE_RETENTION_DAYS',
    '30',
    wholeNumber(1, 90).transform((days) => days * day),
    'Days that messages are kept, 90 at most',
  ),
} as const satisfies Record<string, Setting<unknown>>;

type Table = typeof settingsTable;

/** All settings, parsed. Durations are milliseconds, as their names say. */
export type Settings = { readonly [K in keyof Table]: Table[K] extends Setting<infer T> ? T : never };

/** A setting that has no default, so that a service may have to insist on it. */
export type RequirableSetting = { [K in keyof Settings]: undefined extends Settings[K] ? K : never }[keyof Settings];
