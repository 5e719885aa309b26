// Filtered audiences: exactly those who fit get the message, once, whatever becomes of the workers; and dry runs.
import { type Job, type PublishBody, type Service, startService, until } from '@fanfare/testing';
import { concurrently, payloads, publish, range, received, settle } from './acts.js';
import { useStage } from './stage.js';

const claimSeconds = '1';
const stage = useStage({ gateways: 2, env: { FANFARE_JOB_CLAIM_SECONDS: claimSeconds } });

async function done(id: string): Promise<Job> {
  let job: Job | undefined;
  const isOver = async (): Promise<boolean> => (job = (await stage.api.job(id)).body).state === 'done';
  await until(isOver, { what: `job ${id} to be done`, deadlineMs: 40_000 });
  if (!job) throw new Error('no job');
  return job;
}

const reachOf = async (to: PublishBody['to']): Promise<number | undefined> => {
  const answer = await stage.api.publish({ to, payload: 'never', dryRun: true });
  expect([answer.status, Object.keys(answer.body)]).toEqual([200, ['reach']]);
  return answer.body.reach;
};

/** Users with entries of their own, by how many, straight from Redis. */
async function entriesByUser(prefix: string): Promise<Map<string, number>> {
  const admin = stage.redis.servers[0]?.connection();
  if (!admin) throw new Error('no Redis');
  const found = new Map<string, number>();
  for (const log of await admin.keys(`*/u/${prefix}-*/log`)) found.set(log.split('/')[3] ?? '', await admin.llen(log));
  admin.disconnect();
  return found;
}

describe('to those whose attributes fit', () => {
  const where = { plan: 'pro', any: [{ age: { gte: 40 } }, { beta: true }] };
  const fits = (number: number): boolean => number % 2 === 0 && (number % 60 >= 40 || number % 10 === 0);
  let prefix: string;
  let group: string;
  let users: string[];

  beforeAll(async () => {
    prefix = stage.name('fit');
    group = stage.name('group');
    users = range(0, 299).map((number) => `${prefix}-${number}`);
    const puts = users.map((user, number) => async () => {
      const attributes = { plan: number % 2 === 0 ? 'pro' : 'free', age: number % 60, beta: number % 10 === 0 };
      expect((await stage.api.putUser(user, attributes)).status).toBe(201);
    });
    await concurrently(puts, 16);
    await stage.api.changeMembers(group, { add: users.slice(0, 100) });
  }, 60_000);

  test('of all, and of a group: nobody else, at once where they are online; as many as the dry run said', async () => {
    const [inside, outside] = [users[50] ?? '', users[51] ?? ''];
    const [here, other] = [await stage.connectSynced(inside), await stage.connectSynced(outside)];
    const wanted = users.filter((_, number) => fits(number));
    const reach = await reachOf({ all: true, where });
    const { id, state, job } = await publish(stage.api, { to: { all: true, where }, payload: 'to all', from: inside });
    expect([state, job]).toEqual(['queued', id]);
    expect(await done(id)).toMatchObject({ total: wanted.length, done: wanted.length });
    expect(reach).toBe(wanted.length);
    expect(await entriesByUser(prefix)).toEqual(new Map(wanted.map((user) => [user, 1])));

    const ofGroup = users.slice(0, 100).filter((_, number) => fits(number));
    expect(await reachOf({ group, where })).toBe(ofGroup.length);
    const second = await publish(stage.api, { to: { group, where }, payload: 'to the group', priority: 'high' });
    expect(await done(second.id)).toMatchObject({ total: ofGroup.length, done: ofGroup.length, walked: 100 });
    expect(await entriesByUser(prefix)).toEqual(new Map(wanted.map((user) => [user, ofGroup.includes(user) ? 2 : 1])));

    await here.waitForMessages(`user:${inside}`, 2);
    await settle(stage, here, other);
    expect(payloads(here)).toEqual(['to all', 'to the group']);
    expect(received(other)).toEqual([]);
    expect((await stage.api.unread(inside)).body.total).toBe(1);
  });

  test('later, and cancelled', async () => {
    const [user = ''] = users.slice(60);
    const client = await stage.connectSynced(user);
    const to = { all: true, where: { plan: 'pro', age: 0 } } as const;
    const cancelled = await publish(stage.api, { to, payload: 'cancelled', deliverAt: Date.now() + 500 });
    expect((await stage.api.cancel(cancelled.id)).status).toBe(204);
    const { id } = await publish(stage.api, { to, payload: 'later', deliverAt: Date.now() + 700, ttlSeconds: 60 });
    await done(id);
    await client.waitFor('message', ({ message }) => message.id === id);
    await settle(stage, client);
    expect(payloads(client)).not.toContain('cancelled');
  });

  test('dry runs of every audience, alone and in a batch', async () => {
    const client = await stage.connectSynced(users[0] ?? '');
    expect(await reachOf({ user: users[0] ?? '' })).toBe(1);
    expect(await reachOf({ users: ['a', 'b', 'a'] })).toBe(2);
    expect(await reachOf({ group })).toBe(100);
    expect(await reachOf({ all: true })).toBeGreaterThanOrEqual(300);
    expect(await reachOf({ online: true })).toBeGreaterThanOrEqual(1);
    const gone = { group: stage.name('gone') };
    const { results } = (
      await stage.api.batch([
        { to: { group, where }, payload: 1, dryRun: true },
        { to: gone, payload: 1, dryRun: true },
        { to: { all: true, where: {} }, payload: 1, dryRun: true },
      ])
    ).body;
    const codes = results.map((result) => ('error' in result ? result.error.code : Object.keys(result)));
    expect(codes).toEqual([['reach'], 'group_unknown', 'invalid']);
    expect((await stage.api.publish({ to: gone, payload: 1, dryRun: true })).status).toBe(404);
    await settle(stage, client);
    expect(payloads(client)).not.toContain('never');
  });
});

/** Workers besides that of the stage; one of them outlives the one that is killed. */
const spare: Service[] = [];
afterAll(() => Promise.all(spare.map((service) => service.kill())));

describe('a worker that is killed in the middle of a filtered audience', () => {
  const members = 8000;
  let prefix: string;
  let group: string;

  beforeAll(async () => {
    prefix = stage.name('many');
    group = stage.name('group');
    const users = range(1, members).map((number) => `${prefix}-${number}`);
    await stage.api.changeMembers(group, { add: users });
    const puts = users.slice(0, 200).map((user) => () => stage.api.putUser(user, { blocked: true }));
    await concurrently(puts, 16);
  }, 60_000);

  async function oneMoreWorker(): Promise<Service> {
    const { adminKey, tokenSecret } = stage.fanfare.credentials;
    const env = { FANFARE_REDIS_URL: stage.redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
    const worker = await startService('fanout-worker', { ...env, FANFARE_JOB_CLAIM_SECONDS: claimSeconds });
    spare.push(worker);
    return worker;
  }

  const ofGroup = (): PublishBody['to'] => ({ group, where: { blocked: { exists: false } } });
  const ofAll = (): PublishBody['to'] => ({ all: true, where: { blocked: { ne: true }, plan: { exists: false } } });

  test.each([
    ['the members of a group', ofGroup, 1],
    ['all', ofAll, 2],
  ])('%s: another completes it, with one entry a user', async (_, to, entries) => {
    const before = await entriesByUser(prefix);
    await Promise.all([...stage.fanfare.workers, ...spare].map((worker) => worker.kill()));
    await oneMoreWorker();
    const { id } = await publish(stage.api, { to: to(), payload: 1 });
    const hasBegun = async (): Promise<boolean> => {
      const { done: sent, state } = (await stage.api.job(id)).body;
      return sent > 0 && state === 'running';
    };
    await until(hasBegun, { what: 'a worker to begin', everyMs: 1 });
    await Promise.all(spare.map((worker) => worker.kill()));
    expect((await stage.api.job(id)).body).toMatchObject({ state: 'running' });
    await oneMoreWorker();
    const job = await done(id);
    const after = await entriesByUser(prefix);
    expect([...after.values()].every((count) => count === entries)).toBe(true);
    expect([before.size, after.size]).toEqual([entries === 1 ? 0 : members - 200, members - 200]);
    expect(job.done).toBe(job.total);
    if (entries === 1) expect(job).toMatchObject({ total: members - 200, walked: members });
  });
});
