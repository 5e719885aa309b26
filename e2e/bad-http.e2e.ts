// Whatever is sent to the HTTP API is answered by a problem document with a stable code, or handled exactly; the
// process lives on, and nothing of it is stored.
import { type CallOptions, type Problem, until } from '@fanfare/testing';
import { payloads, publish } from './acts.js';
import { badBodies, type Case } from './bad-bodies.js';
import { useStage } from './stage.js';

const stage = useStage();

const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const long = 'x'.repeat(129);

async function isRefused({ call: [method, path, options], status, code }: Case): Promise<void> {
  const answer = await stage.api.call<Problem>(method, path, options);
  expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    status,
    title: expect.any(String) as string,
    type: expect.any(String) as string,
  });
  if (code === 'invalid') expect(answer.body.errors?.length).toBeGreaterThan(0);
  if (status === 503 || status === 429) expect(answer.headers.get('retry-after')).not.toBeNull();
}

/** After each: the process is the same, and a message gets through. */
let pids: (number | undefined)[];
beforeAll(() => (pids = stage.fanfare.apis.map(({ pid }) => pid)));
afterEach(async () => {
  expect(stage.fanfare.apis.map(({ isRunning, pid }) => isRunning && pid)).toEqual(pids);
  await publish(stage.api, { to: { user: stage.name('alive') }, payload: 1 });
});

test.each(badBodies)('422 invalid for $what', isRefused);

const bodyEndpoints = [
  ['POST', '/v1/messages'],
  ['POST', '/v1/messages/batch'],
  ['PUT', '/v1/users/nobody'],
  ['POST', '/v1/users/nobody/read'],
  ['PUT', '/v1/groups/nothing'],
  ['POST', '/v1/groups/nothing/members'],
  ['POST', '/v1/tokens'],
  ['POST', '/v1/presence/query'],
] as const;
const json = { 'content-type': 'application/json' };

describe.each(bodyEndpoints)('%s %s', (method, path) => {
  const refuse = (call: CallOptions, status: number, code: string) =>
    isRefused({ what: '', call: [method, path, { headers: json, ...call }], status, code });

  test.each(['{"to":', '{', 'nonsense', "{'to': 1}", '\u0000'])(
    'is a bad_request with a body that is no JSON: %j',
    (raw) => refuse({ raw }, 400, 'bad_request'),
  );

  test('is a bad_request with a body that is no UTF-8, or is refused as invalid', async () => {
    const raw = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]); // {"��":1}
    const answer = await stage.api.call<Problem>(method, path, { raw, headers: json });
    expect([400, 422]).toContain(answer.status);
    expect(['bad_request', 'invalid']).toContain(answer.body.code);
  });

  test('is refused with 10,000 levels where an object is expected', async () => {
    const answer = await stage.api.call<Problem>(method, path, { raw: deep, headers: json });
    expect([400, 422]).toContain(answer.status);
    expect(['bad_request', 'invalid']).toContain(answer.body.code);
  });

  test('is refused with __proto__ and constructor, and changes nothing for others', async () => {
    for (const raw of ['{"__proto__":{"user":"x"}}', '{"constructor":{"prototype":{"x":1}}}']) {
      const answer = await stage.api.call<Problem>(method, path, { raw, headers: json });
      expect([400, 422]).toContain(answer.status);
      expect(['bad_request', 'invalid']).toContain(answer.body.code);
    }
  });

  test('is too_large with a body above the limit: 1 MiB, or 16 MiB where a user list is taken', () => {
    const limit = path.endsWith('/members') || path === '/v1/messages' ? 16 * 1024 * 1024 : 1024 * 1024;
    const raw = JSON.stringify({ x: 'x'.repeat(limit) });
    const refused = () => refuse({ raw }, 413, 'too_large').then(() => true);
    return until(refused, { what: '413' }); // the answer comes while we still write, and can be lost with the socket
  });

  test('is unauthorized without a key, with a wrong one, and with another scheme', async () => {
    for (const authorization of ['', 'Bearer wrong', 'Bearer ', 'Basic Zm9vOmJhcg==', `Bearer ${'x'.repeat(5_000)}`]) {
      await refuse({ raw: '{}', headers: { ...json, authorization } }, 401, 'unauthorized');
    }
  });

  test('is not open to a user token', async () => {
    const token = await stage.token(stage.name('alice'));
    const answer = await stage.api.call<Problem>(method, path, {
      body: {},
      headers: { authorization: `Bearer ${token}` },
    });
    expect([401, 403]).toContain(answer.status);
  });
});

describe('reading', () => {
  const paths = ['/v1/users/x', '/v1/users/x/inbox', '/v1/users/x/unread', '/v1/users/x/groups', '/v1/groups/x'];
  const lists = [
    '/v1/users',
    '/v1/messages',
    '/v1/users/x/sessions',
    '/v1/groups/x/presence',
    '/v1/groups/x/members',
    '/v1/presence/online',
    '/v1/jobs',
    '/v1/dead-letters',
  ];

  test.each([...paths, ...lists])('GET %s is unauthorized without a key', (path) =>
    isRefused({ what: '', call: ['GET', path, { headers: { authorization: '' } }], status: 401, code: 'unauthorized' }),
  );

  test.each(['limit=0', 'limit=-1', 'limit=1.5', 'limit=abc', 'limit=100000000', 'colour=red'])(
    'lists refuse ?%s as invalid',
    async (query) => {
      for (const path of ['/v1/users/x/inbox', ...lists]) {
        await isRefused({ what: '', call: ['GET', `${path}?${query}`], status: 422, code: 'invalid' });
      }
    },
  );

  test.each(['cursor=nonsense', 'cursor=%00', `cursor=${'x'.repeat(3_000)}`, 'cursor=eyJhIjoxfQ'])(
    'lists refuse a cursor that they did not give: ?%s',
    async (query) => {
      const user = stage.name('alice');
      const group = stage.name('eng');
      await stage.api.join(group, user);
      const ofGroup = [`/v1/groups/${group}/members`, `/v1/groups/${group}/presence`];
      const ofUser = [`/v1/users/${user}/inbox`, `/v1/users/${user}/sessions`];
      for (const path of [...ofUser, ...ofGroup, '/v1/presence/online', '/v1/users', '/v1/messages']) {
        const answer = await stage.api.call<Problem>('GET', `${path}?${query}`);
        expect([400, 422]).toContain(answer.status);
        expect(['bad_request', 'invalid']).toContain(answer.body.code);
      }
    },
  );

  test.each(['timeline=', 'timeline=x', 'timeline=topic:x', 'after=-1', 'before=0', 'after=1e3', 'unread=maybe'])(
    'the inbox refuses ?%s as invalid',
    (query) => isRefused({ what: '', call: ['GET', `/v1/users/x/inbox?${query}`], status: 422, code: 'invalid' }),
  );
});

describe('ids in the path', () => {
  const bad = [long, encodeURIComponent('ü'.repeat(65)), '%00', 'a%0Ab', '%7F'];

  test.each(bad)('%s is refused as invalid', async (id) => {
    for (const [method, path, body] of [
      ['PUT', `/v1/users/${id}`, { attributes: {} }],
      ['GET', `/v1/users/${id}`, undefined],
      ['GET', `/v1/users/${id}/unread`, undefined],
      ['PUT', `/v1/groups/${id}`, {}],
      ['PUT', `/v1/groups/fine/members/${id}`, undefined],
      ['DELETE', `/v1/groups/fine/members/${id}`, undefined],
      ['DELETE', `/v1/users/${id}`, undefined],
      ['DELETE', `/v1/groups/${id}`, undefined],
      ['DELETE', `/v1/users/fine/sessions?device=${id}`, undefined],
      ['GET', `/v1/users?prefix=${id}`, undefined],
    ] as const) {
      const answer = await stage.api.call<Problem>(method, path, { ...(body && { body }) });
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid']);
    }
  });

  test('that is no UTF-8 is a bad_request or invalid', async () => {
    for (const id of ['%FF', '%C3%28', '%', '%zz']) {
      const answer = await stage.api.call<Problem>('GET', `/v1/users/${id}/unread`);
      expect([400, 404, 422]).toContain(answer.status);
      expect(answer.body.code).toEqual(expect.any(String));
    }
  });
});

describe("with a user's token", () => {
  const refuse = async (method: string, path: string, call: CallOptions, status: number, code: string) => {
    const headers = { ...json, authorization: `Bearer ${await stage.token(stage.name('alice'))}` };
    await isRefused({ what: '', call: [method, path, { headers, ...call }], status, code });
  };

  test.each(['limit=0', 'limit=101', 'cursor=nonsense', 'timeline=x', 'after=-1', 'colour=red'])(
    'the own inbox refuses ?%s as invalid',
    (query) => refuse('GET', `/v1/me/inbox?${query}`, {}, 422, 'invalid'),
  );

  test("another's timeline is not_found, for looking and for reading", async () => {
    const bob = stage.name('bob');
    await publish(stage.api, { to: { user: bob }, payload: 1 });
    await refuse('GET', `/v1/me/inbox?timeline=user:${bob}`, {}, 404, 'not_found');
    await refuse('POST', '/v1/me/read', { body: { timeline: `user:${bob}`, upTo: 1 } }, 404, 'not_found');
    expect((await stage.api.unread(bob)).body.total).toBe(1);
  });

  test.each([
    {},
    { users: [] },
    { users: 'a' },
    { users: ['a\nb'] },
    { users: Array.from({ length: 101 }, (_, i) => `u${i}`) },
  ])('presence of %j is invalid', (body) => refuse('POST', '/v1/me/presence/query', { body }, 422, 'invalid'));

  test.each([null, [], {}, { everything: false }, { timeline: 'all' }, { timeline: '*', upTo: 1 }])(
    'reading %j is invalid',
    (body) => refuse('POST', '/v1/me/read', { body }, 422, 'invalid'),
  );

  test('a body that is no JSON is a bad_request, and a group with a bad id invalid', async () => {
    await refuse('POST', '/v1/me/read', { raw: '{' }, 400, 'bad_request');
    await refuse('GET', `/v1/me/groups/${long}/presence`, {}, 422, 'invalid');
    await refuse('GET', '/v1/me/groups/nothing/presence?cursor=x', {}, 404, 'group_unknown');
  });

  test('what is not there is not_found without a token too', async () => {
    for (const path of ['/v1/me', '/v1/me/', '/v1/me/tickets', '/v1/me/messages']) {
      await isRefused({ what: '', call: ['GET', path], status: 404, code: 'not_found' });
    }
  });
});

test.each([
  ['GET', '/'],
  ['GET', '/v1'],
  ['GET', '/v1/nothing'],
  ['DELETE', '/v1/messages'],
  ['PATCH', '/v1/users/alice'],
  ['GET', '/v1/users/../../health'],
])('%s %s is a not_found problem', async (method, path) => {
  await isRefused({ what: '', call: [method, path], status: 404, code: 'not_found' });
});

test('another content type than JSON is refused', async () => {
  for (const type of [
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ]) {
    const answer = await stage.api.call<Problem>('POST', '/v1/messages', {
      raw: 'x=1',
      headers: { 'content-type': type },
    });
    expect([400, 415, 422]).toContain(answer.status);
    expect(answer.body.code).toEqual(expect.any(String));
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  }
});

test('a payload above 64 KiB is too_large, one just below is taken', async () => {
  const user = stage.name('alice');
  const answer = await stage.api.publish({ to: { user }, payload: 'x'.repeat(64 * 1024 + 1) });
  expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
  expect((await stage.api.user(user)).status).toBe(404);
  await publish(stage.api, { to: { user }, payload: 'x'.repeat(64 * 1024 - 2) });
});

test('inside a payload, depth and odd names and lone surrogates are refused by name, or delivered as they were sent', async () => {
  const odd = [
    deep,
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":1}}',
    '"\\ud800"',
    '"\\udfff x \\ud800\\ud800"',
  ];
  for (const payload of odd) {
    const user = stage.name('alice');
    const raw = `{"to":{"user":${JSON.stringify(user)}},"payload":${payload}}`;
    const answer = await stage.api.call<Problem>('POST', '/v1/messages', { raw, headers: json });
    expect([202, 400, 413, 422]).toContain(answer.status);
    if (answer.status !== 202) expect(['bad_request', 'invalid', 'too_large']).toContain(answer.body.code);
    else expect(payloads(await stage.connectSynced(user))).toEqual([JSON.parse(payload)]);
  }
});

test('the health, metrics and documentation are there without a key', async () => {
  for (const path of ['/health/live', '/health/ready', '/metrics', '/docs', '/docs/openapi.json']) {
    const answer = await stage.api.call('GET', path, { headers: { authorization: '' } });
    expect([path, answer.status]).toEqual([path, 200]);
  }
  const { body } = await stage.api.call<{ openapi: string; paths: Record<string, unknown> }>(
    'GET',
    '/docs/openapi.json',
  );
  expect(body.openapi).toMatch(/^3\.1/);
  expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/v1/messages', '/v1/tokens', '/v1/presence/query']));
});
