// Jobs that fail: tried again with growing pauses, then looked at by people, while the others go on.
import { UnavailableError } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { JobClaims, type JobClaimsOptions } from './job-claims.js';
import { JobRunner } from './job-runner.js';
import {
  BACKOFF_MS,
  CLAIM_MS,
  claimed,
  names,
  payloadsOf,
  publishList,
  redisWorld,
  workUntil,
} from './world.fixture.js';

const world = redisWorld();
const users = names(400);

/** Fails for every chunk in which this user is, while `isBroken`. */
function fragile(
  victim: string,
  claims?: JobClaimsOptions,
): { runner: JobRunner; attempts: number[]; mend: () => void } {
  const attempts: number[] = [];
  let isBroken = true;
  const append: typeof world.appender.append = async (chunk, message) => {
    if (isBroken && chunk.users.includes(victim)) {
      attempts.push(Date.now());
      throw new UnavailableError('timeline/append-many', 'memory');
    }
    return world.appender.append(chunk, message);
  };
  return {
    runner: new JobRunner({
      ...{ ...world.parts, appender: { append } },
      ...(claims && { claims: new JobClaims(world.scripts, world.keys, claims) }),
    }),
    attempts,
    mend: () => (isBroken = false),
  };
}

test('five attempts, each pause twice as long; then the dead letters, from where it can be tried again', async () => {
  const { id } = await publishList(world, users);
  const { runner, attempts, mend } = fragile('user-7');
  await workUntil(world, 'dead', runner);
  expect(attempts).toHaveLength(5);
  const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
  pauses.forEach((pause, index) => expect(pause).toBeGreaterThanOrEqual(BACKOFF_MS * 2 ** index - 1));

  expect(await world.catalog.get(id)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('memory') as string,
  });
  const { deadLetters } = await world.catalog.deadLetters({});
  expect(deadLetters).toMatchObject([{ id, state: 'failed' }]);
  expect(await payloadsOf(world, 'user-7')).toEqual([]);

  mend();
  expect(await world.catalog.retry(id)).toMatchObject({ id, state: 'queued' });
  expect((await world.catalog.deadLetters({})).deadLetters).toEqual([]);
  await workUntil(world, 'done', runner);
  for (const user of users) expect(await payloadsOf(world, user)).toEqual([1]);
  expect(await world.catalog.get(id)).toMatchObject({ state: 'done', done: users.length });
});

test('control: without a bound to the attempts, and without pauses, it is tried for ever and at once', async () => {
  const { id } = await publishList(world, users);
  const { attempts, runner } = fragile('user-7', { claimMs: CLAIM_MS, backoffMs: 0, maxAttempts: 1e6 });
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await workUntil(world, 'retry', runner);
    expect(await world.admin.zcount(world.keys.jobs.schedule, '-inf', Date.now())).toBe(1); // due already
  }
  expect(attempts).toHaveLength(10);
  expect((await world.catalog.deadLetters({})).deadLetters).toEqual([]);
  expect(await world.catalog.get(id)).not.toMatchObject({ state: 'failed' });
});

test('others go on while one job fails', async () => {
  const { runner } = fragile('user-7');
  await publishList(world, users);
  expect(await runner.run(await claimed(world))).toBe('retry');
  await publishList(world, ['other']);
  expect(await runner.run(await claimed(world))).toBe('done');
  expect(await payloadsOf(world, 'other')).toEqual([1]);
});

test('control: where it is tried again on the spot, they wait for it', async () => {
  let attempts = 0;
  let isMended = false;
  const append: typeof world.appender.append = async (chunk, message) => {
    while (chunk.users.includes('user-7') && !isMended) {
      attempts += 1;
      await world.admin.ping(); // a round trip, as of an attempt
    }
    return world.appender.append(chunk, message);
  };
  const stubborn = new JobRunner({ ...world.parts, appender: { append } });
  await publishList(world, users);
  await publishList(world, ['other']);
  const worker = (async () => [await stubborn.run(await claimed(world)), await stubborn.run(await claimed(world))])();
  await until(() => attempts > 10, { what: 'ten attempts' });
  expect(await payloadsOf(world, 'other')).toEqual([]);
  isMended = true;
  expect(await worker).toEqual(['done', 'done']);
  expect(await payloadsOf(world, 'other')).toEqual([1]);
});

test('a job that comes on between its failures has all its attempts for what is left', async () => {
  await publishList(world, users);
  const failing = new Set(['user-1', 'user-2', 'user-3', 'user-4', 'user-5', 'user-6', 'user-7']);
  const append: typeof world.appender.append = (chunk, message) => {
    const victim = chunk.users.find((user) => failing.delete(user));
    if (victim !== undefined) throw new Error(`${victim} fails once`);
    return world.appender.append(chunk, message);
  };
  await workUntil(world, 'done', new JobRunner({ ...world.parts, appender: { append } }));
  for (const user of users) expect(await payloadsOf(world, user)).toEqual([1]);
});

test('a job whose chunks are lost fails, and says so', async () => {
  const { id } = await publishList(world, users);
  await world.admin.del(world.keys.jobChunks(id));
  await workUntil(world, 'dead');
  expect(await world.catalog.get(id)).toMatchObject({ error: expect.stringContaining('missing') as string });
});

test('only a dead letter can be tried again', async () => {
  const { id } = await publishList(world, users);
  await expect(world.catalog.retry(id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(world.catalog.retry('0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b')).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('dead letters are listed newest first, in pages', async () => {
  const ids: string[] = [];
  for (let job = 0; job < 3; job += 1) {
    const { id } = await publishList(world, ['user-7']);
    ids.unshift(id);
    await workUntil(world, 'dead', fragile('user-7').runner);
  }
  const first = await world.catalog.deadLetters({ limit: 2 });
  const rest = await world.catalog.deadLetters({ limit: 2, cursor: first.cursor ?? '' });
  expect([...first.deadLetters, ...rest.deadLetters].map(({ id }) => id)).toEqual(ids);
  expect(rest.cursor).toBeNull();
  await expect(world.catalog.deadLetters({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' });
});

test('after a restart of Redis without its data nothing waits for ever: the next job is carried out', async () => {
  await publishList(world, users);
  await claimed(world);
  await world.admin.flushall();
  await publishList(world, ['next']);
  await until(async () => (await world.runner.run(await claimed(world))) === 'done', { what: 'the next job' });
  expect(await payloadsOf(world, 'next')).toEqual([1]);
});
