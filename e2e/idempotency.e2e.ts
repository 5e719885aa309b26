// Accepting is idempotent: the same key for the same app and `to` gives the same message id and one delivery.
import { ApiClient, FaultProxy, type PublishBody, until } from '@fanfare/testing';
import { concurrently, ids, makeGroup, payloads, publish, range, settle, type To } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

async function depth(user: string): Promise<number> {
  return (await stage.api.inbox(user, { timeline: '*', limit: 100 })).body.messages.length;
}

describe('the same key', () => {
  test('with the same body is answered with 200, the same body and duplicate: true, and delivered once', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    const body = { to: { user: alice }, payload: { order: 1 }, idempotencyKey: stage.name('key') };
    const first = await stage.api.publish(body);
    expect(first.status).toBe(202);
    for (let repeat = 0; repeat < 3; repeat++) {
      const { status, body: answer } = await stage.api.publish(body);
      expect(status).toBe(200);
      expect(answer).toEqual({ ...first.body, duplicate: true });
    }
    await settle(stage, client);
    expect(ids(client)).toEqual([first.body.id]);
    expect(await depth(alice)).toBe(1);
  });

  test('without a key, the same body is another message: the control of the one above', async () => {
    const alice = stage.name('alice');
    const body = { to: { user: alice }, payload: { order: 1 } };
    const [first, second] = [await publish(stage.api, body), await publish(stage.api, body)];
    expect(second.id).not.toBe(first.id);
    expect(await depth(alice)).toBe(2);
  });

  test.each([
    ['another payload', { payload: 2 }],
    ['another type', { type: 'other' }],
    ['another priority', { priority: 'urgent' }],
    ['another ttl', { ttlSeconds: 60 }],
    ['another sender', { from: 'somebody' }],
    ['ephemeral', { ephemeral: true }],
  ] as const)('with %s is refused with 422 idempotency_mismatch, and nothing is added', async (_, change) => {
    const alice = stage.name('alice');
    const body = { to: { user: alice }, payload: 1, idempotencyKey: stage.name('key') };
    await publish(stage.api, body);
    const answer = await stage.api.publish({ ...body, ...change });
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch', status: 422 } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await depth(alice)).toBe(1);
  });

  test('with its fields in another order is the same body', async () => {
    const alice = stage.name('alice');
    const idempotencyKey = stage.name('key');
    const first = await publish(stage.api, { to: { user: alice }, payload: { a: 1 }, type: 't', idempotencyKey });
    const again = await stage.api.publish({ idempotencyKey, type: 't', payload: { a: 1 }, to: { user: alice } });
    expect(again).toMatchObject({ status: 200, body: { id: first.id, duplicate: true } });
  });

  test('for another audience is another message', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
    await makeGroup(stage.api, group);
    const idempotencyKey = stage.name('key');
    const targets: To[] = [{ user: alice }, { user: bob }, { group }, { all: true }];
    const accepted = [];
    for (const to of targets) accepted.push(await publish(stage.api, { to, payload: 1, idempotencyKey }));
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(4);
  });

  test('can be used again when its time is over', async () => {
    const alice = stage.name('alice');
    const body = { to: { user: alice }, payload: 1, idempotencyKey: stage.name('key'), idempotencySeconds: 1 };
    const first = await publish(stage.api, body);
    expect((await stage.api.publish(body)).status).toBe(200);
    const second = await until(
      async () => {
        const answer = await stage.api.publish(body);
        return answer.status === 202 && answer.body;
      },
      { what: 'the key to be forgotten' },
    );
    expect(second.id).not.toBe(first.id);
    expect(second.offset).toBe(2);
  });
});

describe('the header Idempotency-Key', () => {
  test('is the same as the field', async () => {
    const alice = stage.name('alice');
    const key = stage.name('key');
    const body = { to: { user: alice }, payload: 1 };
    const first = await stage.api.publish(body, { 'Idempotency-Key': key });
    expect(first.status).toBe(202);
    const byField = await stage.api.publish({ ...body, idempotencyKey: key });
    const byBoth = await stage.api.publish({ ...body, idempotencyKey: key }, { 'idempotency-key': key });
    for (const answer of [byField, byBoth]) {
      expect(answer).toMatchObject({ status: 200, body: { id: first.body.id, duplicate: true } });
    }
  });

  test('and another one in the field are refused with 400, and nothing is sent', async () => {
    const alice = stage.name('alice');
    const body = { to: { user: alice }, payload: 1, idempotencyKey: 'one' };
    const answer = await stage.api.publish(body, { 'Idempotency-Key': 'two' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    expect((await stage.api.user(alice)).status).toBe(404);
  });
});

test('fifty callers at once get one id, and one of them a 202', async () => {
  const alice = stage.name('alice');
  const client = await stage.connectSynced(alice);
  const body = { to: { user: alice }, payload: 'once', idempotencyKey: stage.name('key') };
  const answers = await concurrently(
    range(1, 50).map(() => () => stage.api.publish(body)),
    50,
  );
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  expect(answers.map(({ status }) => status).sort()).toEqual([...range(1, 49).map(() => 200), 202]);
  await settle(stage, client);
  expect(payloads(client)).toEqual(['once']);
  expect(await depth(alice)).toBe(1);
});

describe('an answer that its caller never got, because the connection was cut after it was accepted', () => {
  /** The first call is carried out and not answered; the answer is that of the second. */
  async function publishTwice(body: PublishBody) {
    const proxy = await FaultProxy.open({ port: stage.fanfare.apis[0]?.port ?? 0 });
    try {
      const caller = new ApiClient(`http://127.0.0.1:${proxy.port}`, stage.fanfare.credentials.adminKey);
      proxy.cutReplyOf('POST /v1/messages');
      await expect(caller.publish(body)).rejects.toThrow();
      return await caller.publish(body);
    } finally {
      await proxy.close();
    }
  }

  test('asked for again with the key it is the same message, delivered once', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    const answer = await publishTwice({ to: { user: alice }, payload: 'once', idempotencyKey: stage.name('key') });
    expect(answer).toMatchObject({ status: 200, body: { duplicate: true, offset: 1 } });
    await settle(stage, client);
    expect(ids(client)).toEqual([answer.body.id]);
  });

  test('control: without a key it is another one', async () => {
    const alice = stage.name('alice');
    const answer = await publishTwice({ to: { user: alice }, payload: 'twice' });
    expect(answer).toMatchObject({ status: 202, body: { offset: 2 } });
    expect(await depth(alice)).toBe(2);
  });
});

test('a batch keeps keys within itself and across: one message for each key', async () => {
  const alice = stage.name('alice');
  const [one, two] = [stage.name('key'), stage.name('key')];
  const message = (payload: number, idempotencyKey: string) => ({ to: { user: alice }, payload, idempotencyKey });
  const first = await stage.api.batch([message(1, one), message(1, one), message(2, two), message(9, two)]);
  const [accepted, repeat, other, mismatch] = first.body.results;
  expect(accepted).toMatchObject({ offset: 1 });
  expect(accepted).not.toHaveProperty('duplicate');
  expect(repeat).toEqual({ ...accepted, duplicate: true });
  expect(other).toMatchObject({ offset: 2 });
  expect(mismatch).toMatchObject({ error: { code: 'idempotency_mismatch' } });
  const second = await stage.api.batch([message(1, one), message(2, two)]);
  expect(second.body.results).toEqual([repeat, { ...other, duplicate: true }]);
  const single = await stage.api.publish(message(2, two));
  expect(single).toMatchObject({ status: 200, body: { duplicate: true, offset: 2 } });
  expect(await depth(alice)).toBe(2);
});
