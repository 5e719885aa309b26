// Filtered audiences: exactly those who fit get it, once, whatever becomes of the workers and of the users meanwhile.
import type { PublishRequest, Where } from '@fanfare/contracts';
import { Memberships } from '@fanfare/groups';
import { SessionRegistry, Users } from '@fanfare/roster';
import { WALK_END } from './audience-walk.js';
import { cutIntoChunks } from './chunks.js';
import { type ClaimedJob, LostClaimError } from './job-claims.js';
import { JobRunner } from './job-runner.js';
import { claimed, names, payloadsOf, publish, redisWorld, workUntil } from './world.fixture.js';

const world = redisWorld();
/** Over eight partitions: more than a step of a walk takes of one. */
const everyone = names(1500);
const where: Where = { plan: 'pro', any: [{ age: { gte: 40 } }, { beta: true }] };
const ageOf = (index: number): number => index % 60;
const isBeta = (index: number): boolean => index % 10 === 0;
const fits = (index: number): boolean => index % 2 === 0 && (ageOf(index) >= 40 || isBeta(index));
const wanted = everyone.filter((_, index) => fits(index));

const users = () => new Users(world.scripts, world.keys, 3_600_000);
const put = (user: string, index: number) =>
  users().put(user, {
    plan: index % 2 === 0 ? 'pro' : 'free',
    age: ageOf(index),
    ...(isBeta(index) && { beta: true }),
  });
const putEveryone = () => Promise.all(everyone.map(put));
const join = (group: string, members: readonly string[]) =>
  new Memberships(world.scripts, world.keys).join(group, members);

const toAll: PublishRequest = { to: { all: true, where }, payload: 'hello' };

/** Who has so many entries. */
async function receivers(count = 1, of: readonly string[] = everyone): Promise<string[]> {
  const lengths = await Promise.all(of.map(async (user) => (await payloadsOf(world, user)).length));
  return of.filter((_, index) => lengths[index] === count);
}

async function begun(): Promise<ClaimedJob> {
  const job = await world.claims.begin(await claimed(world));
  if (!job) throw new Error('the job is gone');
  return job;
}

describe('to all', () => {
  beforeEach(putEveryone);

  test('those who fit get it once and nobody else does; the job tells whom it found and how many it looked at', async () => {
    const { id, state } = await publish(world, { ...toAll, from: wanted[0] });
    expect(state).toBe('queued');
    expect(await world.catalog.get(id)).toMatchObject({ state: 'queued', total: 0, done: 0, walked: 0 });
    await workUntil(world, 'done');
    expect(await receivers()).toEqual(wanted);
    expect(await receivers(0)).toHaveLength(everyone.length - wanted.length);
    const count = wanted.length;
    expect(await world.catalog.get(id)).toMatchObject({ state: 'done', total: count, done: count, walked: 1500 });
    expect(await world.admin.hlen(world.keys.jobChunks(id))).toBeLessThan(20);
  });

  /** What a worker does of a step of the walk; each may be the last that it did. */
  const parts = ['the step', 'adding it to the job', 'the first chunk', 'every chunk', 'a checkpoint'];

  test.each(parts.map((name, index) => [name, index] as const))(
    'killed after %s: another worker completes it, with one entry a user, although attributes and sessions change',
    async (_, last) => {
      const { id } = await publish(world, toAll);
      const job = await begun();
      let [cursor, first, total, walked] = ['', 0, 0, 0];
      // Three whole steps, then one that ends in the middle.
      for (let steps = 0; steps < 4; steps += 1) {
        const step = await world.walk.step({ all: true, where }, cursor);
        const until = steps < 3 ? parts.length : last;
        const chunks = await cutIntoChunks(world.keys, step.fitting, 100);
        total += step.fitting.length;
        walked += step.walked;
        cursor = step.cursor;
        if (until >= 1) await world.claims.extend(job, { first, chunks, total, walked, cursor });
        for (const [at, chunk] of chunks.entries()) {
          if (until < 2 || (until === 2 && at > 0)) break;
          const { priority, expiresAt, from } = job.meta;
          const message = { priority, expiresAt, from, json: job.message };
          await world.appender.append({ job: id, index: first + at, ...chunk }, message);
        }
        first += chunks.length;
        if (until >= 4) await world.claims.checkpoint(job, { next: first, ahead: [], done: total });
      }
      expect(cursor).not.toBe(WALK_END);
      const found = new Set(await receivers());
      // Whoever has it stops to fit, connects and goes: neither moves them, nor gives it to them again.
      const registry = new SessionRegistry(world.scripts, world.keys, 3_600_000);
      for (const user of [...found].slice(0, 20)) {
        await users().put(user, {});
        await registry.open({ user, session: 's', node: 'n', device: '', resume: '', limit: 0 });
        await registry.close(user, 's', 'n', 0);
      }
      await workUntil(world, 'done');
      expect(await receivers()).toEqual(wanted);
      expect(await receivers(2)).toEqual([]);
      expect(await world.catalog.get(id)).toMatchObject({ total: wanted.length, done: wanted.length, walked: 1500 });
    },
  );

  test('control: without the cursor in the job, what is walked again is sent again', async () => {
    const { id } = await publish(world, toAll);
    const stopping = new AbortController();
    const walk = {
      check: () => Promise.resolve(),
      step: async (...args: Parameters<typeof world.walk.step>) => {
        const step = await world.walk.step(...args);
        if (args[1] !== '') stopping.abort();
        return step;
      },
    };
    const runner = new JobRunner({ ...world.parts, walk });
    expect(await runner.run(await claimed(world), stopping.signal)).toBe('yielded');
    const sent = await receivers();
    expect(sent.length).toBeGreaterThan(0);
    await world.admin.hset(world.keys.job(id), 'cursor', '');
    await workUntil(world, 'done');
    expect(await receivers(2)).toEqual(sent);
  });

  test('a worker that stops gives it back in the middle, and the next goes on', async () => {
    const { id } = await publish(world, toAll);
    const stopping = new AbortController();
    const append: typeof world.appender.append = async (...args) => {
      stopping.abort();
      return world.appender.append(...args);
    };
    const runner = new JobRunner({ ...world.parts, appender: { append } });
    expect(await runner.run(await claimed(world), stopping.signal)).toBe('yielded');
    const { walked = 0 } = await world.catalog.get(id);
    expect([walked > 0, walked < 1500]).toEqual([true, true]);
    await workUntil(world, 'done');
    expect(await receivers()).toEqual(wanted);
  });

  test('a worker that was overtaken adds nothing', async () => {
    await publish(world, toAll);
    const slow = await begun();
    const { fitting, walked, cursor } = await world.walk.step({ all: true, where }, '');
    await workUntil(world, 'done');
    const chunks = await cutIntoChunks(world.keys, fitting, 100);
    const extension = { first: 0, chunks, total: fitting.length, walked, cursor };
    await expect(world.claims.extend(slow, extension)).rejects.toThrow(LostClaimError);
    expect(await receivers()).toEqual(wanted);
  });

  test('adding a step a second time changes nothing', async () => {
    const { id } = await publish(world, toAll);
    const job = await begun();
    const chunks = await cutIntoChunks(world.keys, wanted.slice(0, 100), 100);
    const extension = { first: 0, chunks, total: 100, walked: 200, cursor: 'c' };
    await world.claims.extend(job, extension);
    const after = [await world.admin.hgetall(world.keys.job(id)), await world.admin.hgetall(world.keys.jobChunks(id))];
    await world.claims.extend(job, extension);
    expect([
      await world.admin.hgetall(world.keys.job(id)),
      await world.admin.hgetall(world.keys.jobChunks(id)),
    ]).toEqual(after);
  });

  test('a failing step is tried again, and then the job is done', async () => {
    await publish(world, toAll);
    let isBroken = true;
    const step: typeof world.walk.step = (...args) => {
      if (args[1] === '' || !isBroken) return world.walk.step(...args);
      isBroken = false;
      return Promise.reject(new Error('Redis is away'));
    };
    const walk = { check: () => Promise.resolve(), step };
    const runner = new JobRunner({ ...world.parts, walk });
    await workUntil(world, 'retry', runner);
    await workUntil(world, 'done', runner);
    expect(await receivers()).toEqual(wanted);
  });

  test('the same key for the same filter, in any order of its fields, is one job; another filter is another', async () => {
    const first = await publish(world, { ...toAll, idempotencyKey: 'k' });
    const turned = { any: where['any'] ?? [], plan: 'pro' };
    const again = await publish(world, { ...toAll, to: { all: true, where: turned }, idempotencyKey: 'k' });
    expect(again).toMatchObject({ id: first.id, duplicate: true });
    const other = await publish(world, { ...toAll, to: { all: true, where: { plan: 'pro' } }, idempotencyKey: 'k' });
    expect(other.id).not.toBe(first.id);
  });
});

describe('to a group', () => {
  const members = everyone.slice(0, 300);
  const wantedMembers = members.filter((_, index) => fits(index));
  const toGroup: PublishRequest = { to: { group: 'g', where }, payload: 'hello' };

  test('those of its members who fit get it once, and nobody else does', async () => {
    await Promise.all(members.map(put));
    await users().put('stranger', { plan: 'pro', beta: true });
    await join('g', members);
    const { id } = await publish(world, toGroup);
    const stopped = AbortSignal.abort();
    expect(await world.runner.run(await claimed(world), stopped)).toBe('yielded');
    await workUntil(world, 'done');
    expect(await receivers(1, [...members, 'stranger'])).toEqual(wantedMembers);
    const count = wantedMembers.length;
    expect(await world.catalog.get(id)).toMatchObject({ total: count, done: count, walked: 300 });
  });

  test('nobody fits, or there is no member: the job is done', async () => {
    await join('g', ['a']);
    await publish(world, toGroup);
    await workUntil(world, 'done');
    await new Memberships(world.scripts, world.keys).leave('g', ['a']);
    await publish(world, toGroup);
    await workUntil(world, 'done');
    expect(await payloadsOf(world, 'a')).toEqual([]);
  });

  test('one that is unknown is refused, and one that is not there at its time goes to the dead letters', async () => {
    await expect(publish(world, toGroup)).rejects.toMatchObject({ code: 'group_unknown' });
    const { id, state } = await publish(world, { ...toGroup, deliverAt: Date.now() + 50 });
    expect(state).toBe('scheduled');
    await workUntil(world, 'dead');
    expect((await world.catalog.get(id)).error).toMatch(/group/);
    await join('g', ['a']);
    await world.catalog.retry(id);
    await workUntil(world, 'done');
  });
});

test('one that is scheduled can be cancelled', async () => {
  const { id } = await publish(world, { ...toAll, deliverAt: Date.now() + 60_000 });
  await world.catalog.cancel(id);
  expect(await world.catalog.get(id)).toMatchObject({ state: 'cancelled', total: 0 });
});

test('it can not be ephemeral', async () => {
  const refused = publish(world, { ...toAll, ephemeral: true });
  await expect(refused).rejects.toMatchObject({ code: 'invalid', errors: [{ pointer: '/ephemeral' }] });
});
