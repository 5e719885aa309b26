// A flood of bulk jobs: what is urgent does not wait behind it, it advances all the same, and a lane holds no more than its
// depth. How long each waits is measured by `npm run bench -- list`.
import type { Priority } from '@fanfare/contracts';
import { Intake } from './intake.js';
import { DryRun } from './dry-run.js';
import { JobQueue } from './job-queue.js';
import { LaneOrder } from './lanes.js';
import { publish, redisWorld, type World } from './world.fixture.js';

const world = redisWorld();
const DEPTH = 100;

/** Jobs into lanes of another depth than that of the fixture. */
function intake(laneDepth: number): Intake {
  const { keys, publisher, scripts, walk } = world;
  return new Intake(
    publisher,
    new JobQueue(scripts, keys, { laneDepth }),
    scripts,
    keys,
    walk,
    new DryRun(scripts, keys),
  );
}
async function send(deep: Intake, priority: Priority, count: number): Promise<void> {
  const one = () => publish({ intake: deep } as World, { to: { users: ['a'] }, payload: 1, priority });
  await Promise.all(Array.from({ length: count }, one));
}

/** One worker carries out so many jobs, in this order of lanes; of which lanes they were. */
async function carryOut(count: number, order: Pick<LaneOrder, 'next'>): Promise<Priority[]> {
  const lanes: Priority[] = [];
  for (let job = 0; job < count; job += 1) {
    const claim = await world.claims.claim(order.next());
    if (!claim) break;
    expect(await world.runner.run(claim)).toBe('done');
    lanes.push(claim.lane);
  }
  return lanes;
}
const countOf = (lanes: readonly Priority[], lane: Priority): number => lanes.filter((one) => one === lane).length;

/** 30 bulk jobs and 30 high ones, and while they are carried out three urgent ones. */
async function flood(order: Pick<LaneOrder, 'next'>): Promise<{ before: Priority[]; after: Priority[] }> {
  const deep = intake(DEPTH);
  await send(deep, 'bulk', 30);
  await send(deep, 'high', 30);
  const before = await carryOut(20, order);
  await send(deep, 'urgent', 3);
  return { before, after: await carryOut(5, order) };
}

test('urgent ones are next, and bulk has its turns', async () => {
  const { before, after } = await flood(new LaneOrder());
  expect(countOf(before, 'bulk')).toBe(2);
  expect(after.slice(0, 3)).toEqual(['urgent', 'urgent', 'urgent']);
});

test('control: in an order without turns bulk never comes', async () => {
  const { before } = await flood({ next: () => ['urgent', 'high', 'normal', 'bulk'] });
  expect(countOf(before, 'bulk')).toBe(0);
});

test('control: in an order without priorities urgent ones wait for the flood', async () => {
  const { after } = await flood({ next: () => ['bulk', 'normal', 'high', 'urgent'] });
  expect(countOf(after, 'urgent')).toBe(0);
});

test('control: without a depth limit a lane takes whatever comes', async () => {
  await send(intake(1e9), 'bulk', DEPTH + 20);
  expect(await world.admin.xlen(world.keys.lane('bulk'))).toBe(DEPTH + 20);
  await expect(send(intake(DEPTH), 'bulk', 1)).rejects.toMatchObject({ code: 'lane_full' });
});
