// Lists: exactly those named get the message, once, whatever becomes of the workers; and messages that wait for their time.
import { type Job, type Service, until } from '@fanfare/testing';
import { offsets, payloads, positionOf, publish, range, received, resumeBefore, settle } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage({ gateways: 2, workers: 3, env: { FANFARE_JOB_CLAIM_SECONDS: '1' } });

let doomed: { readonly group: string; readonly id: string };

beforeAll(async () => {
  // Its five attempts take 15 s, in which the other tests run.
  const group = stage.name('group');
  doomed = { group, id: (await publish(stage.api, { to: { group }, payload: 1, deliverAt: Date.now() + 100 })).id };
});

async function ended(id: string, state: Job['state'] = 'done'): Promise<Job> {
  let job: Job | undefined;
  const isOver = async (): Promise<boolean> => (job = (await stage.api.job(id)).body).state === state;
  await until(isOver, { what: `job ${id} to be ${state}`, deadlineMs: 40_000 });
  if (!job) throw new Error('no job');
  return job;
}

describe('to a list of users', () => {
  test('exactly those named get it once, on both devices; those offline at their next connect', async () => {
    const [alice, bob, carol, dave] = ['alice', 'bob', 'carol', 'dave'].map((name) => stage.name(name)) as [
      ...[string, string, string, string],
    ];
    const phone = await stage.connectSynced(alice, { device: 'phone' });
    const laptop = await stage.connectSynced(alice, { device: 'laptop' });
    const other = await stage.connectSynced(bob);
    const stranger = await stage.connectSynced(dave);
    const sent = { payload: { text: 'hello' }, type: 'news', priority: 'high' } as const;
    const answer = await stage.api.publish({ to: { users: [alice, bob, carol, alice] }, ...sent, ttlSeconds: 600 });
    const { id } = answer.body;
    expect([answer.status, answer.body]).toEqual([202, { id, state: 'queued', job: id }]);

    for (const [client, user] of [
      [phone, alice],
      [laptop, alice],
      [other, bob],
    ] as const) {
      const [message] = await client.waitForMessages(`user:${user}`, 1);
      expect(message).toMatchObject({ timeline: `user:${user}`, offset: 1, message: { id, ...sent } });
    }
    expect(await ended(id)).toMatchObject({ id, message: id, total: 3, done: 3 });
    await settle(stage, phone, laptop, other, stranger);
    for (const client of [phone, laptop, other]) expect(received(client)).toHaveLength(1);
    expect(received(stranger)).toEqual([]);
    expect(payloads(await stage.connectSynced(carol))).toEqual([sent.payload]);
    expect((await stage.api.message(id)).body.state).toBe('done');
    expect((await stage.api.jobs({ state: 'done', limit: 100 })).body.jobs.map((job) => job.id)).toContain(id);
  });

  test('messages sent before and after it keep their order with it', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    for (const number of range(1, 5)) {
      await publish(stage.api, { to: { user: alice }, payload: `single ${number}` });
      await ended((await publish(stage.api, { to: { users: [alice] }, payload: `list ${number}` })).id);
    }
    const wanted = range(1, 5).flatMap((number) => [`single ${number}`, `list ${number}`]);
    await client.waitForMessages(`user:${alice}`, wanted.length);
    expect(payloads(client)).toEqual(wanted);
    expect(offsets(client, `user:${alice}`)).toEqual(range(1, 10));
  });

  test('a session resumes over it, and the inbox and the unread count know it', async () => {
    const [alice, bob] = [stage.name('alice'), stage.name('bob')];
    const first = await publish(stage.api, { to: { user: alice }, payload: 1 });
    await ended((await publish(stage.api, { to: { users: [alice, bob] }, payload: 2, from: bob })).id);
    const client = await stage.connectSynced(alice, { resume: { [`user:${alice}`]: positionOf(first) } });
    expect(payloads(client)).toEqual([2]);
    const again = await stage.connectSynced(alice, { resume: resumeBefore(first) });
    expect(payloads(again)).toEqual([1, 2]);
    const inbox = await stage.api.inbox(alice);
    expect(inbox.body.messages.map(({ message }) => message.payload)).toEqual([2, 1]);
    const unread = async (user: string) => (await stage.api.unread(user)).body.total;
    expect([await unread(alice), await unread(bob)]).toEqual([2, 0]);
  });

  test('100,000 users in one request, with a body beyond 1 MiB', async () => {
    const prefix = stage.name('a-name-of-some-length');
    const users = range(1, 100_000).map((number) => `${prefix}-${number}`);
    const last = await stage.connectSynced(users.at(-1) ?? '');
    const answer = await stage.api.publish({ to: { users }, payload: 1 });
    expect(answer.status).toBe(202);
    await last.waitForMessages(`user:${users.at(-1)}`, 1, 30_000);
    expect(await ended(answer.body.id)).toMatchObject({ total: 100_000, done: 100_000 });
    const tooMany = await stage.api.publish({ to: { users: [...users, 'one-more'] }, payload: 1 });
    expect([tooMany.status, tooMany.body.code]).toEqual([422, 'invalid']);
  });

  test.each([
    ['an empty list', { users: [] }],
    ['a name that is none', { users: ['a', ''] }],
  ])('422 for %s', async (_, to) => {
    const answer = await stage.api.publish({ to, payload: 1 });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid']);
  });

  test('an ephemeral list is refused', async () => {
    const answer = await stage.api.publish({ to: { users: ['a'] }, payload: 1, ephemeral: true });
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, '/ephemeral']);
  });

  test('the same idempotency key from many callers at once is one job, and one message', async () => {
    const users = [stage.name('a'), stage.name('b')];
    const body = { to: { users }, payload: 1, idempotencyKey: stage.name('key') };
    const answers = await Promise.all(range(1, 20).map(() => stage.api.publish(body)));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 200 && answer.body.duplicate)).toHaveLength(19);
    const { id } = answers[0]?.body ?? { id: '' };
    await ended(id);
    expect(payloads(await stage.connectSynced(users[0] ?? ''))).toEqual([1]);
    const other = await stage.api.publish({ ...body, payload: 2 });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
  });
});

/** Workers besides that of the stage; one of them outlives the one that is killed. */
const spare: Service[] = [];
afterAll(() => Promise.all(spare.map((service) => service.kill())));

describe('a worker that is killed', () => {
  /** Chunks that it has appended, as its metrics say. */
  async function chunksOf(worker: Service): Promise<number> {
    const text = await (await fetch(`${worker.url}/metrics`)).text();
    const line = text.split('\n').find((each) => /_count\{.*script="timeline\/append-many"/.test(each));
    return Number(line?.split(' ').at(-1) ?? 0);
  }

  /** How many users have so many entries, straight from Redis: asking the api 20,000 times would take a minute. */
  async function entriesByUser(prefix: string): Promise<Record<string, number>> {
    const admin = stage.redis.servers[0]?.connection();
    if (!admin) throw new Error('no Redis');
    const found: Record<string, number> = {};
    for (const log of await admin.keys(`*/u/${prefix}-*/log`)) {
      const length = await admin.llen(log);
      found[length] = (found[length] ?? 0) + 1;
    }
    admin.disconnect();
    return found;
  }

  test('in the middle of 20,000 users leaves a job that another completes, with one entry a user', async () => {
    if (stage.fanfare.workers.length === 1) spare.push(await stage.fanfare.startAnother('fanout-worker'));
    const prefix = stage.name('user');
    const users = range(1, 20_000).map((number) => `${prefix}-${number}`);
    const online = await stage.connectSynced(users[0] ?? '');
    const workers = await Promise.all(
      [...stage.fanfare.workers, ...spare].map(async (worker) => ({ worker, before: await chunksOf(worker) })),
    );
    const { id } = await publish(stage.api, { to: { users }, payload: 1 });
    let running: Service | undefined;
    const hasBegun = async (): Promise<boolean> => {
      for (const { worker, before } of workers) if ((await chunksOf(worker)) > before) running = worker;
      return running !== undefined;
    };
    await until(hasBegun, { what: 'a worker to begin', everyMs: 1 });
    await running?.kill();
    expect((await stage.api.job(id)).body).toMatchObject({ state: 'running' });

    expect(await ended(id)).toMatchObject({ total: 20_000, done: 20_000 });
    expect(await entriesByUser(prefix)).toEqual({ 1: 20_000 });
    await online.waitForMessages(`user:${users[0]}`, 1);
    await settle(stage, online);
    expect(received(online)).toHaveLength(1);
  });
});

describe('deliverAt', () => {
  test('a message comes at its time and not before, after what was sent meanwhile', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    const deliverAt = Date.now() + 1500;
    const answer = await stage.api.publish({ to: { user: alice }, payload: 'later', deliverAt, ttlSeconds: 60 });
    const { id } = answer.body;
    expect([answer.status, answer.body]).toEqual([202, { id, state: 'scheduled', job: id }]);
    expect((await stage.api.message(id)).body).toMatchObject({ id, state: 'scheduled', deliverAt });
    await publish(stage.api, { to: { user: alice }, payload: 'now' });
    const messages = await client.waitForMessages(`user:${alice}`, 2);
    expect(Date.now()).toBeGreaterThanOrEqual(deliverAt);
    expect(messages.map(({ message }) => message.payload)).toEqual(['now', 'later']);
    expect(messages[1]?.message).toMatchObject({ id, at: deliverAt, expiresAt: deliverAt + 60_000 });
    await ended(id);
  });

  test('in the past it is now', async () => {
    const alice = stage.name('alice');
    const accepted = await publish(stage.api, { to: { user: alice }, payload: 1, deliverAt: 1 });
    expect(accepted).toMatchObject({ state: 'published', offset: 1 });
  });

  test('what is cancelled never comes, to a user or to a list', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    const deliverAt = Date.now() + 1000;
    for (const to of [{ user: alice }, { users: [alice] }]) {
      const { id } = await publish(stage.api, { to, payload: 'cancelled', deliverAt });
      expect([(await stage.api.cancel(id)).status, (await stage.api.cancel(id)).status]).toEqual([204, 204]);
      expect((await stage.api.message(id)).body.state).toBe('cancelled');
    }
    const { id } = await publish(stage.api, { to: { user: alice }, payload: 'sent', deliverAt: deliverAt + 200 });
    await client.waitForMessages(`user:${alice}`, 1);
    expect(payloads(client)).toEqual(['sent']);
    await ended(id);
    expect((await stage.api.cancel(id)).status).toBe(409);
    expect((await stage.api.cancel('0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b')).status).toBe(404);
  });

  test('survives a restart of every service', async () => {
    const alice = stage.name('alice');
    await publish(stage.api, { to: { user: alice }, payload: 'later', deliverAt: Date.now() + 1000 });
    await Promise.all(stage.fanfare.workers.map((worker) => worker.kill()));
    await stage.fanfare.kill();
    await stage.reopen();
    const client = await stage.connectSynced(alice);
    await client.waitForMessages(`user:${alice}`, 1);
    expect(payloads(client)).toEqual(['later']);
  });
});

describe('dead letters', () => {
  test('a message to a group that is gone at its time ends there, and can be sent from there once it is back', async () => {
    const { group, id } = doomed;
    expect(await ended(id, 'failed')).toMatchObject({ error: expect.stringContaining('group') as string });
    expect((await stage.api.deadLetters()).body.deadLetters.map((job) => job.id)).toContain(id);
    await stage.api.putGroup(group);
    expect((await stage.api.retryDeadLetter(id)).status).toBe(202);
    await ended(id);
    expect((await stage.api.retryDeadLetter(id)).status).toBe(404);
  });
});
