// Accepting jobs: what is stored before the answer, what is refused, and what a repetition gets.
import { PRIORITIES } from '@fanfare/contracts';
import { jobAdmit, jobEnqueue, jobStore } from '@fanfare/redis-scripts';
import { claimed, LANE_DEPTH, names, payloadsOf, publishList, redisWorld, workUntil } from './world.fixture.js';

const world = redisWorld();

test('every user of the list gets the message once, repeats count once, and nobody else gets any', async () => {
  const users = names(300);
  const answer = await publishList(world, [...users, ...users.slice(0, 50)], { payload: 'hello' });
  expect(answer).toEqual({ id: answer.id, state: 'queued', job: answer.id });
  expect(await world.catalog.get(answer.id)).toMatchObject({ state: 'queued', total: 300, done: 0 });
  await workUntil(world, 'done');
  for (const user of users) expect(await payloadsOf(world, user)).toEqual(['hello']);
  expect(await world.admin.zscore(world.keys.user('user-300').home.users, 'user-300')).toBeNull();
});

test('chunks of 64 KiB messages are so small that a call stays within 256 KiB', async () => {
  const { id } = await publishList(world, names(40), { payload: 'x'.repeat(60 * 1024) });
  const job = await world.claims.begin(await claimed(world));
  expect(job?.chunks).toBeGreaterThanOrEqual(40 / 4);
  expect(await world.admin.hlen(world.keys.jobChunks(id))).toBe(job?.chunks);
});

test('a list can not be ephemeral', async () => {
  await expect(publishList(world, ['a'], { ephemeral: true })).rejects.toMatchObject({ code: 'invalid' });
});

test('a lane that is full refuses before anything is stored, says when to come back, and takes jobs again', async () => {
  for (let job = 0; job < LANE_DEPTH; job += 1) await publishList(world, ['a']);
  const before = await world.admin.dbsize();
  await expect(publishList(world, names(500))).rejects.toMatchObject({ code: 'lane_full', retryAfter: 5 });
  expect(await world.admin.dbsize()).toBe(before);
  await publishList(world, ['a'], { priority: 'high' });
  await workUntil(world, 'done');
  await workUntil(world, 'done');
  await expect(publishList(world, ['a'])).resolves.toMatchObject({ state: 'queued' });
});

test('the same key for the same set of users is the same job, in any order, for 50 callers at once', async () => {
  const users = names(200);
  const calls = Array.from({ length: 50 }, (_, index) =>
    publishList(world, index % 2 === 0 ? users : [...users].reverse(), { idempotencyKey: 'k' }),
  );
  const answers = await Promise.all(calls);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  await workUntil(world, 'done');
  await expect(publishList(world, users, { idempotencyKey: 'k' })).resolves.toMatchObject({ duplicate: true });
  expect(await payloadsOf(world, 'user-0')).toEqual([1]);
});

test('the same key with another message is refused; for other users it is another request', async () => {
  const first = await publishList(world, ['a', 'b'], { idempotencyKey: 'k' });
  const other = publishList(world, ['b', 'a'], { idempotencyKey: 'k', payload: 2 });
  await expect(other).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  const elsewhere = await publishList(world, ['a', 'c'], { idempotencyKey: 'k' });
  expect(elsewhere.id).not.toBe(first.id);
  expect(elsewhere.duplicate).toBeUndefined();
});

describe('job/enqueue', () => {
  const enqueue = (id: string, { chunkCount = 1, fingerprint = '', depth = 10 } = {}) => {
    const { part, links, index, schedule } = world.keys.jobs;
    const [job, chunks] = [world.keys.job(id), world.keys.jobChunks(id)];
    const idem = world.keys.jobIdempotency('x', 'k');
    return jobEnqueue(
      world.scripts,
      { part, links, index, schedule, lane: world.keys.lane('normal'), job, chunks, idem },
      {
        ...{ id, lane: 'normal', kind: 'list', due: 0, depth, total: 1, chunkCount },
        ...{ fingerprint, idemMs: 1000, meta: '{}', message: '{}' },
      },
    );
  };
  const store = (id: string) =>
    jobStore(world.scripts, { chunks: world.keys.jobChunks(id) }, { ttl: 5000 }, [{ index: 0, text: '1\na' }]);

  test('UNSTORED where a chunk is missing: nothing is written', async () => {
    expect(await enqueue('1')).toEqual({ status: 'UNSTORED' });
    expect(await world.admin.exists(world.keys.job('1'), world.keys.lane('normal'))).toBe(0);
  });

  test('OK a second time for the same job, which is in its lane once', async () => {
    await store('1');
    expect(await enqueue('1')).toEqual({ status: 'OK' });
    expect(await enqueue('1')).toEqual({ status: 'OK' });
    expect(await world.admin.xlen(world.keys.lane('normal'))).toBe(1);
  });

  test('what is enqueued stays; what is not goes by its ttl', async () => {
    await store('1');
    expect(await world.admin.pttl(world.keys.jobChunks('1'))).toBeGreaterThan(0);
    await enqueue('1');
    expect(await world.admin.pttl(world.keys.jobChunks('1'))).toBe(-1);
  });

  test('FULL, MISMATCH and DUPLICATE, as job/admit said before', async () => {
    for (const id of ['1', '2', '3']) await store(id);
    const keys = { lane: world.keys.lane('normal'), idem: world.keys.jobIdempotency('x', 'k') };
    const admit = (fingerprint: string, depth: number) => jobAdmit(world.scripts, keys, { fingerprint, depth });
    expect(await admit('f', 1)).toEqual({ status: 'OK' });
    expect(await enqueue('1', { fingerprint: 'f' })).toEqual({ status: 'OK' });
    expect(await admit('', 1)).toEqual({ status: 'FULL' });
    expect(await enqueue('2', { depth: 1 })).toEqual({ status: 'FULL' });
    expect(await admit('g', 1)).toEqual({ status: 'MISMATCH' });
    expect(await enqueue('2', { fingerprint: 'g' })).toEqual({ status: 'MISMATCH' });
    expect(await admit('f', 1)).toEqual({ status: 'DUPLICATE', id: '1', due: 0 });
    expect(await enqueue('3', { fingerprint: 'f' })).toEqual({ status: 'DUPLICATE', id: '1', due: 0 });
    expect(await world.admin.exists(world.keys.jobChunks('3'))).toBe(0);
  });
});

test('jobs are listed newest first, by state and in pages', async () => {
  const ids: string[] = [];
  for (const priority of PRIORITIES) ids.push((await publishList(world, ['a'], { priority })).id);
  await workUntil(world, 'done');
  const all = await world.catalog.page({});
  expect(all).toMatchObject({ cursor: null, jobs: [...ids].reverse().map((id) => ({ id })) });
  expect((await world.catalog.page({ state: 'done' })).jobs).toMatchObject([{ id: ids[0] }]);
  const first = await world.catalog.page({ limit: 3 });
  const rest = await world.catalog.page({ limit: 3, cursor: first.cursor ?? '' });
  expect([...first.jobs, ...rest.jobs]).toEqual(all.jobs);
  await expect(world.catalog.page({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(world.catalog.get('0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b')).rejects.toMatchObject({ code: 'not_found' });
});
