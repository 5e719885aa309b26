/** What a web page may do with a user's token, over real HTTP: what opens `/v1/me/`, and to pages of which origins. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { loadSettings, type RunningService } from '@fanfare/service-kit';
import { signToken, startRedis, type ThrowawayRedis, type TokenParts } from '@fanfare/testing';
import { Publisher } from '@fanfare/timelines';
import { startApi } from '../start.js';

jest.setTimeout(30_000);

const adminKey = 'key-of-the-backend';
const secret = 'a-shared-secret-of-at-least-32-bytes';
const page = 'https://app.example';
const own = [
  ['GET', '/v1/me/inbox'],
  ['GET', '/v1/me/unread'],
  ['POST', '/v1/me/read'],
  ['GET', '/v1/me/groups'],
  ['GET', '/v1/me/groups/eng/presence'],
  ['POST', '/v1/me/presence/query'],
] as const;

let redis: ThrowawayRedis;
let api: RunningService;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: secret };
  const more = { FANFARE_CORS_ORIGINS: `${page},http://localhost:5173`, API_PORT: '0', LOG_LEVEL: 'silent' };
  api = await startApi(loadSettings(['adminKey', 'tokenSecret'], { ...env, ...more, FANFARE_PARTITIONS: '16' }));
});
afterAll(async () => {
  await api?.close();
  await redis?.stop();
});

const now = (): number => Math.floor(Date.now() / 1000);
const claims = (more: object = {}) => ({ sub: 'eve', app: 'default', exp: now() + 60, ...more });
const tokenOf = (user: string): string => signToken({ claims: claims({ sub: user }), secret });

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, credential?: string, headers: object = {}, body?: unknown) {
  const answer = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  return { status: answer.status, headers: answer.headers, body: isJson ? await answer.json() : {} } as Answer;
}

/** Whatever was written for a user shows here. */
const isKnown = async (user: string): Promise<boolean> =>
  (await call('GET', `/v1/users/${user}`, adminKey)).status === 200;

function rsaAsSecret(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function signed512(): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const content = `${encode({ alg: 'HS512' })}.${encode(claims())}`;
  return `${content}.${createHmac('sha512', secret).update(content).digest('base64url')}`;
}

const bad: [string, Partial<TokenParts> | (() => string)][] = [
  ['that is none', () => 'nonsense'],
  ['with alg none', { header: { alg: 'none' } }],
  ['that says RS256 over an HMAC', { header: { alg: 'RS256' } }],
  ['by another algorithm of the family', signed512],
  ['that has expired', { claims: claims({ exp: 1 }) }],
  ['without an end', { claims: claims({ exp: undefined }) }],
  ['that is not valid yet', { claims: claims({ nbf: now() + 600 }) }],
  ['of another app', { claims: claims({ app: 'other' }) }],
  ['of nobody', { claims: claims({ sub: undefined }) }],
  ['of a user whose name is none', { claims: claims({ sub: 'a\nb' }) }],
  ['of another key', { secret: 'another secret of at least 32 bytes!' }],
  [
    'with a kid that is a path, signed with what is there',
    { secret: '', header: { alg: 'HS256', kid: '../../dev/null' } },
  ],
  ['signed with an RSA public key as the secret', () => signToken({ claims: claims(), secret: rsaAsSecret() })],
  ['that is the API key', () => adminKey],
];

test.each(bad)('a token %s is 401 on every own path, before anything is written', async (_, parts) => {
  const token = typeof parts === 'function' ? parts() : signToken({ claims: claims(), secret, ...parts });
  for (const [method, path] of own) {
    const body = method === 'POST' ? { everything: true } : undefined;
    const answer = await call(method, path, token, {}, body);
    expect([path, answer.status, answer.body['code']]).toEqual([path, 401, 'unauthorized']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body['detail']).toMatch(/takes a user's token as bearer, not the API key$/);
  }
  expect(await isKnown('eve')).toBe(false);
});

test('control: a good token opens them all, for its user', async () => {
  await api.app.get(Publisher).publish({ to: { user: 'alice' }, payload: 'hello' });
  const answers = {
    inbox: await call('GET', '/v1/me/inbox', tokenOf('alice')),
    unread: await call('GET', '/v1/me/unread', tokenOf('alice')),
    groups: await call('GET', '/v1/me/groups', tokenOf('alice')),
    presence: await call('POST', '/v1/me/presence/query', tokenOf('alice'), {}, { users: ['alice', 'bob'] }),
    read: await call('POST', '/v1/me/read', tokenOf('alice'), {}, { everything: true }),
  };
  expect(Object.values(answers).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(answers.inbox.body['messages']).toMatchObject([{ timeline: 'user:alice', message: { payload: 'hello' } }]);
  expect(answers.unread.body).toMatchObject({ total: 1 });
  expect(Object.keys(answers.presence.body['users'] as object)).toEqual(['alice']);
  expect(answers.read.body).toEqual({ unread: 0 });
  expect((await call('GET', '/v1/me/inbox', tokenOf('bob'))).body).toEqual({ messages: [], cursor: null });
});

test('a body is looked at after the token', async () => {
  expect((await call('POST', '/v1/me/read', 'nonsense', {}, { x: 1 })).status).toBe(401);
  expect((await call('POST', '/v1/me/read', tokenOf('alice'), {}, { x: 1 })).status).toBe(422);
});

test("a user's token opens nothing else, and is told what it opens", async () => {
  for (const [method, path] of [
    ['GET', '/v1/users/alice/inbox'],
    ['POST', '/v1/messages'],
    ['GET', '/v1/messages'],
    ['POST', '/v1/presence/query'],
    ['GET', '/v1/groups/eng/presence'],
  ] as const) {
    const answer = await call(method, path, tokenOf('alice'));
    expect([path, answer.status]).toEqual([path, 401]);
    expect(answer.body['detail']).toContain('/v1/me/');
  }
});

const preflight = (path: string, origin: string, method: string, headers = 'authorization,content-type') =>
  call('OPTIONS', path, undefined, {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': headers,
  });
const corsHeaders = ({ headers }: Answer): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

test('a page of an allowed origin may call the own paths, with a token and JSON, and see when to come back', async () => {
  for (const origin of [page, 'http://localhost:5173']) {
    for (const [method, path] of own) {
      const asked = await preflight(path, origin, method);
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
      expect(asked.headers.get('access-control-allow-methods')).toContain(method);
      expect(asked.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
      expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
      const answer = await call(method, path, tokenOf('alice'), { origin }, method === 'POST' ? {} : undefined);
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-expose-headers')).toBe('retry-after');
      expect(answer.headers.get('vary')).toMatch(/origin/i);
    }
  }
});

test('it can read why it was refused: a 401 and a 422 have the headers too', async () => {
  expect(
    (await call('GET', '/v1/me/unread', 'nonsense', { origin: page })).headers.get('access-control-allow-origin'),
  ).toBe(page);
  const invalid = await call('GET', '/v1/me/inbox?limit=0', tokenOf('alice'), { origin: page });
  expect([invalid.status, invalid.headers.get('access-control-allow-origin')]).toEqual([422, page]);
});

test('pages of other origins get none of it', async () => {
  for (const origin of ['https://evil.example', `${page}.evil.example`, 'http://app.example', 'null', `${page}:8443`]) {
    const asked = await preflight('/v1/me/inbox', origin, 'GET');
    expect([asked.status, corsHeaders(asked)]).toEqual([404, []]);
    expect(corsHeaders(await call('GET', '/v1/me/inbox', tokenOf('alice'), { origin }))).toEqual([]);
  }
});

test("nothing but the own paths is open to other origins' pages, and no method that they do not need", async () => {
  for (const path of ['/v1/messages', '/v1/tokens', '/v1/users/me', '/v1/me', '/metrics', '/docs/openapi.json']) {
    expect(corsHeaders(await preflight(path, page, 'GET'))).toEqual([]);
    expect(corsHeaders(await call('GET', path, adminKey, { origin: page }))).toEqual([]);
  }
  const asked = await preflight('/v1/me/inbox', page, 'DELETE');
  expect(asked.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST');
});
