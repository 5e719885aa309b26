// Messages that wait for their time, for every audience, and how they are cancelled.
import { groupPut, jobRelease } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { LANES } from './lanes.js';
import { payloadsOf, publishList, redisWorld, workUntil, publish } from './world.fixture.js';

const world = redisWorld();
const SOON_MS = 150;
const soon = () => Date.now() + SOON_MS;
const later = () => Date.now() + 3600_000;

test('a message is sent at its time and not before; at and ttl are of that time', async () => {
  const deliverAt = Date.now() + 1500; // long enough to look before it, on a busy machine too
  const answer = await publish(world, { to: { user: 'a' }, payload: 1, deliverAt, ttlSeconds: 60 });
  expect(answer).toEqual({ id: answer.id, state: 'scheduled', job: answer.id });
  expect(await world.catalog.get(answer.id)).toMatchObject({ state: 'scheduled', deliverAt, total: 1, done: 0 });
  await world.schedule.release();
  expect(await world.claims.claim(LANES)).toBeUndefined();
  await workUntil(world, 'done');
  expect(Date.now()).toBeGreaterThanOrEqual(deliverAt);
  const [entry = ''] = await world.admin.lrange(world.keys.user('a').log, 0, -1);
  expect(entry).toContain(`"at":${deliverAt},"expiresAt":${deliverAt + 60_000},"payload":1`);
  expect(await world.catalog.get(answer.id)).toMatchObject({ state: 'done', done: 1 });
});

test('to groups, to all and to lists too', async () => {
  const { home, state, log } = world.keys.group('g');
  await groupPut(
    world.scripts,
    { part: home.part, state, removed: world.keys.groupRemoved(world.keys.group('g')) },
    { cap: 0, age: 0 },
  );
  const deliverAt = soon();
  await world.intake.publish({ to: { group: 'g' }, payload: 1, deliverAt });
  await world.intake.publish({ to: { all: true }, payload: 1, deliverAt });
  await world.intake.publish({ to: { online: true }, payload: 1, deliverAt });
  await publishList(world, ['a', 'b'], { deliverAt });
  for (let job = 0; job < 4; job += 1) await workUntil(world, 'done');
  expect([await world.admin.llen(log), await world.admin.llen(world.keys.all.log)]).toEqual([1, 1]);
  expect(await payloadsOf(world, 'b')).toEqual([1]);
});

test('a deliverAt in the past is now', async () => {
  const answer = await world.intake.publish({ to: { user: 'a' }, payload: 1, deliverAt: Date.now() - 1 });
  expect(answer).toMatchObject({ state: 'published', timeline: 'user:a', offset: 1 });
  expect(await publishList(world, ['a'], { deliverAt: 0 })).toMatchObject({ state: 'queued' });
});

test('delivering a second time changes nothing, as after a death before the job was settled', async () => {
  await world.intake.publish({ to: { user: 'a' }, payload: 1, deliverAt: soon() });
  const dies = async (): Promise<boolean> => {
    await world.schedule.release();
    const claim = await world.claims.claim(LANES);
    const job = claim && (await world.claims.begin(claim));
    if (!job?.meta.to) return false;
    const { id, message: json, meta } = job;
    await world.publisher.deliver({ ...meta, to: job.meta.to, id, json });
    return true;
  };
  await until(dies, { what: 'the job', everyMs: 5 });
  await workUntil(world, 'done');
  expect(await payloadsOf(world, 'a')).toEqual([1]);
});

test('a repetition with the same key is the same message, also when its time has come meanwhile', async () => {
  const request = { to: { user: 'a' }, payload: 1, deliverAt: soon(), idempotencyKey: 'k' };
  const first = await world.intake.publish(request);
  expect(await world.intake.publish(request)).toEqual({ ...first, duplicate: true });
  const other = world.intake.publish({ ...request, payload: 2 });
  await expect(other).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  await workUntil(world, 'done');
  expect(await world.intake.publish(request)).toEqual({ ...first, duplicate: true });
  expect(await payloadsOf(world, 'a')).toEqual([1]);
});

test('what is cancelled is never sent; cancelling it again changes nothing', async () => {
  const { id } = await publishList(world, ['a'], { deliverAt: later() });
  await world.catalog.cancel(id);
  await world.catalog.cancel(id);
  expect(await world.catalog.get(id)).toMatchObject({ state: 'cancelled', done: 0 });
  expect(await world.admin.zcard(world.keys.jobs.schedule)).toBe(0);
  expect(await world.admin.exists(world.keys.jobChunks(id))).toBe(0);
});

test('what has begun, or is not known, can not be cancelled', async () => {
  const { id } = await publishList(world, ['a']);
  await expect(world.catalog.cancel(id)).rejects.toMatchObject({ code: 'conflict' });
  const unknown = world.catalog.cancel('0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b');
  await expect(unknown).rejects.toMatchObject({ code: 'not_found' });
});

test('many sweeps at once move each job once; one that is not due or gone is not moved', async () => {
  const { id } = await publishList(world, ['a'], { deliverAt: soon() });
  const counts: number[] = [];
  const sweep = async (): Promise<boolean> => {
    counts.push(...(await Promise.all([1, 2, 3].map(() => world.schedule.release()))));
    return counts.includes(1);
  };
  await until(sweep, { what: 'the job to be due', everyMs: 10 });
  expect(counts.filter((count) => count > 0)).toEqual([1]);

  const release = (member: string) => {
    const { part, links, schedule } = world.keys.jobs;
    const keys = { part, links, schedule, lane: world.keys.lane('normal'), job: world.keys.job('gone') };
    return jobRelease(world.scripts, keys, { member, id: 'gone' });
  };
  expect(await release(`normal/${id}`)).toEqual({ status: 'NOT_DUE' });
  await world.admin.zadd(world.keys.jobs.schedule, 1, 'normal/gone');
  expect(await release('normal/gone')).toEqual({ status: 'GONE' });
});
