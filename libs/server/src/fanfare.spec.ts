import { freePort, until } from '@fanfare/testing';
import { ScriptedServer, type Step } from './calls/scripted-server.fixture.js';
import { Fanfare } from './fanfare.js';
import { FanfareError } from './fanfare-error.js';

let server: ScriptedServer;
let fanfare: Fanfare;

beforeAll(async () => {
  server = await new ScriptedServer().start();
  fanfare = new Fanfare({ url: server.url, key: 'k' });
});
afterAll(() => server.stop());

const accepted = { id: 'm1', state: 'published', timeline: 'user:alice', offset: 1, epoch: '1.a', online: false };
const message = { to: { user: 'alice' }, payload: { text: 'hi' } };
const problem = (status: number, code: string, headers: Record<string, string> = {}): Step => ({
  status,
  headers,
  body: { type: `https://fanfare.dev/problems/${code}`, title: code, status, code },
});
const keys = (): unknown[] => server.asked.map(({ headers }) => headers['idempotency-key']);
const failure = (call: Promise<unknown>): Promise<FanfareError> =>
  call.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as FanfareError,
  );

describe('publishing', () => {
  test('sends the message with the key, and answers what Fanfare answers', async () => {
    server.play({ status: 202, body: accepted });
    expect(await fanfare.publish(message)).toEqual(accepted);
    expect(server.asked).toMatchObject([{ method: 'POST', path: '/v1/messages', body: message }]);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer k');
  });

  test('refused with 503 it is sent again with the same idempotency key', async () => {
    server.play(problem(503, 'unavailable'), { status: 202, body: accepted });
    expect(await fanfare.publish(message)).toEqual(accepted);
    const [first, second] = keys();
    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect(second).toBe(first);
  });

  test.each(['reset', 'cut'] as const)(
    'after a %s that comes when it was read, it is sent again with the same key',
    async (how) => {
      server.play(how, { status: 200, body: { ...accepted, duplicate: true } });
      expect(await fanfare.publish(message)).toEqual({ ...accepted, duplicate: true });
      expect(keys()).toEqual([expect.any(String), expect.any(String)]);
      expect(new Set(keys()).size).toBe(1);
    },
  );

  test('control: with no retries the same failures reach the caller, and nothing is sent again', async () => {
    server.play(problem(503, 'unavailable'));
    expect(await failure(fanfare.publish(message, { retries: 0 }))).toMatchObject({ code: 'unavailable', status: 503 });
    server.play('reset', { status: 202, body: accepted });
    expect(await failure(fanfare.publish(message, { retries: 0 }))).toMatchObject({ code: 'unreachable' });
    expect(server.asked).toHaveLength(1);
  });

  test('two calls have two keys; a key that is given stays as it is', async () => {
    const answers: Step[] = [1, 2, 3, 4].map(() => ({ status: 202, body: accepted }));
    server.play(...answers);
    await fanfare.publish(message);
    await fanfare.publish(message);
    await fanfare.publish({ ...message, idempotencyKey: 'order-1' });
    await fanfare.publish({ ...message, idempotencyKey: 'Grüße' });
    const [first, second, third, fourth] = keys();
    expect(first).not.toBe(second);
    expect(third).toBe('order-1');
    expect(fourth).toBeUndefined(); // no header holds it
    expect(server.asked[3]?.body).toMatchObject({ idempotencyKey: 'Grüße' });
  });

  test('it is not sent again when the key may be forgotten by then', async () => {
    server.play('reset', { status: 202, body: accepted });
    expect(await failure(fanfare.publish({ ...message, idempotencySeconds: 5 }))).toMatchObject({
      code: 'unreachable',
    });
    expect(server.asked).toHaveLength(1);
  });

  test('each message of a batch has a key of its own, the same in each attempt', async () => {
    const results = [accepted, { error: { code: 'invalid', title: 'no', status: 422 } }];
    server.play('reset', { status: 200, body: { results } });
    expect(await fanfare.publishBatch([message, { ...message, idempotencyKey: 'mine' }])).toEqual(results);
    const [first, second] = server.asked.map(({ body }) => body as { messages: { idempotencyKey: string }[] });
    expect(first).toEqual(second);
    expect(first?.messages[0]?.idempotencyKey).toMatch(/^[\da-f-]{36}$/);
    expect(first?.messages[1]?.idempotencyKey).toBe('mine');
  });
});

describe('trying again', () => {
  test('waits for as long as Retry-After says', async () => {
    server.play(problem(429, 'rate_limited', { 'retry-after': '1' }), {
      status: 200,
      body: { total: 0, timelines: {} },
    });
    await fanfare.users.unread('alice');
    const [first, second] = server.asked;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test('a Retry-After that is too far off is told, and not waited for', async () => {
    server.play(problem(503, 'lane_full', { 'retry-after': '3600' }));
    const error = await failure(fanfare.publish(message));
    expect(error).toMatchObject({ code: 'lane_full', retryAfterSeconds: 3600 });
    expect(server.asked).toHaveLength(1);
  });

  test('ends after as many retries as were asked for', async () => {
    server.play(...[1, 2, 3].map(() => problem(503, 'unavailable')));
    await failure(fanfare.users.unread('alice', { retries: 2 }));
    expect(server.asked).toHaveLength(3);
  });

  test.each([400, 401, 404, 409, 422, 500])('is not done for %d', async (status) => {
    server.play(problem(status, 'anything'), { status: 200, body: {} });
    expect(await failure(fanfare.users.get('alice'))).toMatchObject({ status, code: 'anything' });
    expect(server.asked).toHaveLength(1);
  });

  test('what can be done only once is not repeated where it may have been done', async () => {
    const job = { id: 'j', state: 'queued' };
    for (const step of ['reset', problem(503, 'unavailable'), problem(504, 'timeout')] as const) {
      server.play(step, { status: 202, body: job });
      await failure(fanfare.deadLetters.retry('j'));
      expect(server.asked).toHaveLength(1);
    }
    server.play(problem(503, 'lane_full'), { status: 202, body: job }); // turned away: nothing was done
    expect(await fanfare.deadLetters.retry('j')).toEqual(job);
  });
});

describe('an error', () => {
  test('has the code, the pointers and the words of the problem document', async () => {
    const errors = [{ pointer: '/to/user', detail: 'is too long' }];
    server.play({
      status: 422,
      body: { code: 'invalid', title: 't', detail: '/to/user: is too long', status: 422, errors },
    });
    const error = await failure(fanfare.publish(message));
    expect(error).toBeInstanceOf(FanfareError);
    expect(error).toMatchObject({ code: 'invalid', status: 422, errors, message: '/to/user: is too long' });
  });

  test('says unreachable where nobody listens, after trying again', async () => {
    const nobody = new Fanfare({ url: `http://127.0.0.1:${await freePort()}`, key: 'k', retries: 1 });
    const error = await failure(nobody.publish(message));
    expect(error).toMatchObject({ code: 'unreachable', status: undefined });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('says timeout where there is no answer in time', async () => {
    server.play('silence');
    const error = await failure(fanfare.users.get('alice', { timeoutMs: 50, retries: 0 }));
    expect(error).toMatchObject({ code: 'timeout', status: undefined });
  });

  test.each([
    ['a page', { status: 200, body: '<html>' }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a page that is not found', { status: 404, body: '<html>' }],
  ] as const)('says unexpected_answer for %s', async (_, step) => {
    server.play(step);
    expect(await failure(fanfare.users.get('alice'))).toMatchObject({ code: 'unexpected_answer', status: step.status });
  });
});

describe('a signal', () => {
  test('ends a call that waits for its answer, with the reason of the signal', async () => {
    server.play('silence');
    const reason = new Error('enough');
    const ending = new AbortController();
    const failing = failure(fanfare.users.get('alice', { signal: ending.signal }));
    await until(() => server.asked.length === 1, { what: 'the request' });
    ending.abort(reason);
    expect(await failing).toBe(reason);
  });

  test('ends a call that waits before trying again', async () => {
    server.play(problem(503, 'unavailable', { 'retry-after': '20' }));
    const ending = new AbortController();
    const failing = failure(fanfare.users.get('alice', { signal: ending.signal }));
    await until(() => server.asked.length === 1, { what: 'the request' });
    ending.abort();
    expect(await failing).toMatchObject({ name: 'AbortError' });
    expect(server.asked).toHaveLength(1);
  });

  test('that was aborted before lets nothing be sent', async () => {
    server.play();
    await failure(fanfare.publish(message, { signal: AbortSignal.abort() }));
    expect(server.asked).toHaveLength(0);
  });
});

describe('lists', () => {
  test('are walked page by page, empty ones included', async () => {
    const user = (id: string) => ({ id, knownSince: 1 });
    server.play(
      { status: 200, body: { users: [user('a')], cursor: 'one' } },
      { status: 200, body: { users: [], cursor: 'two' } },
      { status: 200, body: { users: [user('b')], cursor: null } },
    );
    const found = [];
    for await (const { id } of fanfare.users.all({ prefix: 'x y', limit: 1 })) found.push(id);
    expect(found).toEqual(['a', 'b']);
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/v1/users?prefix=x+y&limit=1',
      '/v1/users?prefix=x+y&limit=1&cursor=one',
      '/v1/users?prefix=x+y&limit=1&cursor=two',
    ]);
  });

  test('are not fetched further than they are read', async () => {
    server.play({ status: 200, body: { jobs: [{ id: 'j' }], cursor: 'more' } });
    for await (const job of fanfare.jobs.all()) {
      expect(job).toEqual({ id: 'j' });
      break;
    }
    expect(server.asked).toHaveLength(1);
  });
});

describe('ids', () => {
  test('are escaped in paths, so that none reaches another endpoint', async () => {
    server.play({ status: 204 });
    await fanfare.groups.leave('a/b?', '../c d');
    expect(server.asked[0]?.path).toBe('/v1/groups/a%2Fb%3F/members/..%2Fc%20d');
  });

  test.each(['', '.', '..'])('"%s" is refused, because it would be a step in the path', async (id) => {
    expect(() => fanfare.users.delete(id)).toThrow(/can't be an id/);
  });
});

test.each([
  [{ url: '127.0.0.1:3000', key: 'k' }, '`url`'],
  [{ url: 'http://user:secret@host', key: 'k' }, '`url`'],
  [{ url: 'http://host', key: undefined }, '`key`'],
  [{ url: 'http://host', key: 'a\nb' }, '`key`'],
  [{ url: 'http://host', key: 'k', retries: -1 }, '`retries`'],
  [{ url: 'http://host', key: 'k', timeoutMs: 0 }, '`timeoutMs`'],
])('wrong options are named: %j', (options, name) => {
  expect(() => new Fanfare(options)).toThrow(name);
});
