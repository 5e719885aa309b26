// A job's life, and what is left of it when a worker dies between any two of its steps.
import { until } from '@fanfare/testing';
import type { ListChunk } from '@fanfare/timelines';
import { type ClaimedJob, type Claim, LostClaimError, MAX_ATTEMPTS } from './job-claims.js';
import { JobRunner } from './job-runner.js';
import { CLAIM_MS, claimed, names, payloadsOf, publishList, redisWorld, workUntil } from './world.fixture.js';

const world = redisWorld();
/** Over eight partitions: two chunks each. */
const users = names(1500);

async function entries(): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const user of users) {
    const { length } = await payloadsOf(world, user);
    counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  return counts;
}

const once = new Map([[1, users.length]]);

async function append(job: ClaimedJob, index: number): Promise<void> {
  const [chunk] = await world.claims.chunks(job, [index]);
  if (!chunk) throw new Error('no such chunk');
  const { priority, expiresAt, from } = job.meta;
  await world.appender.append({ job: job.id, index, ...chunk }, { priority, expiresAt, from, json: job.message });
}

interface Steps {
  claim: Claim;
  job: ClaimedJob;
}

/** Everything a worker does, in order; each may be the last that it did. */
const steps: [string, (at: Steps) => Promise<void>][] = [
  ['claiming', async (at) => void (at.claim = await claimed(world))],
  ['beginning', async (at) => void (at.job = (await world.claims.begin(at.claim)) ?? at.job)],
  ['the first chunk', ({ job }) => append(job, 0)],
  ['its checkpoint', async ({ job }) => void (await world.claims.checkpoint(job, { next: 1, ahead: [], done: 94 }))],
  ['a chunk ahead', ({ job }) => append(job, 5)],
  ['its checkpoint', async ({ job }) => void (await world.claims.checkpoint(job, { next: 1, ahead: [5], done: 188 }))],
  ['the second chunk', ({ job }) => append(job, 1)],
  [
    'every chunk',
    async ({ job }) => void (await Promise.all([...Array(job.chunks).keys()].map((at) => append(job, at)))),
  ],
  [
    'the last checkpoint',
    async ({ job }) => void (await world.claims.checkpoint(job, { next: job.chunks, ahead: [], done: job.total })),
  ],
  ['settling', ({ job }) => world.claims.settle(job)],
];

test.each(steps.map(([name], index) => [name, index] as const))(
  'killed after %s (step %d): another worker completes it, with one entry a user',
  async (_, last) => {
    const { id } = await publishList(world, users);
    const at = {} as Steps;
    for (const [, step] of steps.slice(0, last + 1)) await step(at);
    if (last < steps.length - 1) await workUntil(world, 'done');
    expect(await entries()).toEqual(once);
    expect(await world.catalog.get(id)).toMatchObject({ state: 'done', done: users.length, total: users.length });
    expect(await world.admin.xlen(world.keys.lane('normal'))).toBe(0);
  },
);

test('control: without the marker of a chunk, a second run doubles its entries', async () => {
  const { id } = await publishList(world, users);
  const job = await world.claims.begin(await claimed(world));
  if (!job) throw new Error('the job is gone');
  await append(job, 0);
  const [chunk] = await world.claims.chunks(job, [0]);
  const home = world.keys.home(chunk?.partition ?? 0);
  expect(await world.admin.del(world.keys.chunkMarker(home, id, 0))).toBe(1);
  await workUntil(world, 'done');
  expect((await entries()).get(2)).toBe(chunk?.users.length);
});

describe('a chunk that takes longer than the claim', () => {
  /** One worker waits with a chunk until another has taken the job over and done it; then the chunk is carried out. */
  async function overtaken(meanwhile: (slow: { id: string; chunk: ListChunk }) => Promise<unknown>): Promise<string> {
    const { id } = await publishList(world, users);
    let goOn = (): void => undefined;
    let chunk: ListChunk | undefined;
    const append: typeof world.appender.append = async (one, message) => {
      if (one.index === 0) {
        chunk = one;
        await new Promise<void>((resolve) => (goOn = resolve));
      }
      return world.appender.append(one, message);
    };
    const slow = new JobRunner({ ...world.parts, appender: { append } }).run(await claimed(world));
    const held = await until(() => chunk, { what: 'the chunk to be begun' });
    await workUntil(world, 'done');
    await meanwhile({ id, chunk: held });
    goOn();
    return slow;
  }

  test('runs twice, and the second time changes nothing', async () => {
    expect(await overtaken(() => Promise.resolve())).toBe('lost');
    expect(await entries()).toEqual(once);
  });

  test('control: without the marker of the chunk its users have the message twice', async () => {
    const marker = ({ id, chunk }: { id: string; chunk: ListChunk }): string =>
      world.keys.chunkMarker(world.keys.home(chunk.partition), id, chunk.index);
    let count = 0;
    await overtaken(async (slow) => {
      count = slow.chunk.users.length;
      expect(await world.admin.del(marker(slow))).toBe(1);
    });
    expect((await entries()).get(2)).toBe(count);
  });
});

test('a worker that was overtaken can neither note progress nor settle nor fail, and is told', async () => {
  await publishList(world, users);
  const slow = await world.claims.begin(await claimed(world));
  if (!slow) throw new Error('the job is gone');
  await append(slow, 0);
  await workUntil(world, 'done');
  await append(slow, 0);
  await append(slow, 1);
  const late = [
    world.claims.checkpoint(slow, { next: 1, ahead: [], done: 1 }),
    world.claims.settle(slow),
    world.claims.fail(slow, [], new Error('late')),
  ];
  for (const call of late) await expect(call).rejects.toThrow(LostClaimError);
  expect(await entries()).toEqual(once);
});

test('a claim that is renewed is not taken over, and one that is given back is at once', async () => {
  await publishList(world, users);
  const job = await world.claims.begin(await claimed(world));
  if (!job) throw new Error('the job is gone');
  expect(job.isTakenOver).toBe(false);
  const end = Date.now() + 4 * CLAIM_MS;
  const renew = async (): Promise<boolean> => {
    await world.claims.checkpoint(job, { next: 0, ahead: [], done: 0 });
    expect(await world.claims.claim(['normal'])).toBeUndefined();
    return Date.now() > end;
  };
  await until(renew, { what: 'several times the length of a claim', everyMs: CLAIM_MS / 6 });
  await world.claims.checkpoint(job, { next: 0, ahead: [], done: 0 });
  await world.claims.yield(job);
  expect(await claimed(world)).toMatchObject({ id: job.id, isTakenOver: true });
});

test('a worker that stops gives its job back, and it is no failed attempt', async () => {
  await publishList(world, users);
  const stopping = AbortSignal.abort();
  expect(await world.runner.run(await claimed(world), stopping)).toBe('yielded');
  const job = await world.claims.begin(await claimed(world));
  expect(job?.attempts).toBe(1);
});

test('a job whose workers die again and again goes to the dead letters', async () => {
  const { id } = await publishList(world, users);
  for (let death = 1; death <= MAX_ATTEMPTS; death += 1) {
    const dies = async (): Promise<boolean> => {
      const claim = await world.claims.claim(['normal']);
      return claim !== undefined && (await world.claims.begin(claim)) !== undefined;
    };
    await until(dies, { what: 'a claim that ran out', everyMs: 5 });
  }
  await workUntil(world, 'dead');
  expect(await world.catalog.get(id)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('ended') as string,
  });
});

test('an entry in a lane whose job is gone is dropped', async () => {
  const { id } = await publishList(world, users);
  await world.admin.del(world.keys.job(id));
  expect(await world.runner.run(await claimed(world))).toBe('gone');
  expect(await world.admin.xlen(world.keys.lane('normal'))).toBe(0);
});

test('urgent jobs come first, and tell a job that runs to make room; so do urgent messages', async () => {
  await publishList(world, users, { priority: 'bulk' });
  const bulk = await world.claims.begin(await claimed(world));
  if (!bulk) throw new Error('the job is gone');
  const hasToMakeRoom = () => world.claims.checkpoint(bulk, { next: 0, ahead: [], done: 0 });
  expect(await hasToMakeRoom()).toBe(false);
  const urgent = await publishList(world, ['a'], { priority: 'urgent' });
  expect(await hasToMakeRoom()).toBe(true);
  expect((await claimed(world)).id).toBe(urgent.id);
  await world.admin.del(world.keys.lane('urgent'), world.keys.jobs.urgent);
  expect(await hasToMakeRoom()).toBe(false);
  await world.admin.set(world.keys.jobs.urgent, '1');
  expect(await hasToMakeRoom()).toBe(true);
});
