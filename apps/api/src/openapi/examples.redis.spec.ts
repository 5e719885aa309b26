/** The document against the api that serves it, on a Redis of its own. */
import { loadSettings, type RunningService } from '@fanfare/service-kit';
import { type Service, signToken, startRedis, startService, type ThrowawayRedis } from '@fanfare/testing';
import { startApi } from '../start.js';
import type { EndpointExample } from './endpoint.js';

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
  readonly 'x-example': EndpointExample;
  readonly security: readonly Readonly<Record<string, unknown>>[];
}
interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const adminKey = 'key-of-the-examples';
const tokenSecret = 'x'.repeat(32);
const claims = { sub: 'alice', app: 'default', exp: Math.floor(Date.now() / 1000) + 600 };
const userToken = signToken({ claims, secret: tokenSecret });
let redis: ThrowawayRedis;
let api: RunningService;
let membership: Service;
let calls: Call[];

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
  membership = await startService('membership', { FANFARE_REDIS_URL: redis.url, FANFARE_PARTITIONS: '16' });
  api = await startApi(
    loadSettings(['adminKey', 'tokenSecret'], { ...env, API_PORT: '0', LOG_LEVEL: 'error', FANFARE_PARTITIONS: '16' }),
  );
  const answer = await fetch(`${api.url}/docs/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, Operation>> };
  calls = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
}, 60_000);

afterAll(async () => {
  await api?.close();
  await membership?.stop();
  await redis?.stop();
});

function send({ method, path, operation }: Call, headers: Record<string, string>): Promise<Response> {
  const { path: ids = {}, query, body } = operation['x-example'];
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? ''));
  return fetch(`${api.url}${filled}${query ? `?${new URLSearchParams(query).toString()}` : ''}`, {
    method: method.toUpperCase(),
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const isForUsers = ({ operation: { security } }: Call): boolean => security.some((scheme) => 'userToken' in scheme);

test('every example works, one after the other as they stand there, and answers what the document says', async () => {
  expect(calls.length).toBeGreaterThan(15);
  for (const call of calls) {
    const answer = await send(call, { authorization: `Bearer ${isForUsers(call) ? userToken : adminKey}` });
    expect(Object.keys(call.operation.responses)).toContain(String(answer.status));
    const isFine = call.operation['x-example'].isUnknown ? answer.status === 404 : answer.ok;
    expect([call.operation.operationId, isFine]).toEqual([call.operation.operationId, true]);
  }
});

test("every endpoint is closed without its credential, and says so; neither the key nor a user's token is the other", async () => {
  for (const call of calls) {
    const wrong = `Bearer ${isForUsers(call) ? adminKey : userToken}`;
    for (const headers of [{}, { authorization: wrong }] as Record<string, string>[]) {
      const answer = await send(call, headers);
      expect([call.operation.operationId, answer.status]).toEqual([call.operation.operationId, 401]);
    }
    expect('401' in call.operation.responses).toBe(true);
  }
  expect(calls.filter(isForUsers).map(({ path }) => path)).toEqual(
    calls.flatMap(({ path }) => (path.startsWith('/v1/me/') ? [path] : [])),
  );
});

test('every operation has an id of its own', () => {
  const ids = calls.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});
