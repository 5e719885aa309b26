// What listeners hear of a job: how it comes on, and its end once it is stored.
import { JobRunner } from './job-runner.js';
import type { JobReport } from './progress-reports.js';
import { names, publish, publishList, redisWorld, workUntil } from './world.fixture.js';

const world = redisWorld();
let told: JobReport[] = [];
beforeEach(() => (told = []));

/** @param slowMs how long the appending of a chunk takes */
const runner = (slowMs = 0): JobRunner =>
  new JobRunner(
    {
      ...world.parts,
      appender: {
        append: async (chunk, message) => {
          await new Promise((resolve) => setTimeout(resolve, slowMs));
          return world.appender.append(chunk, message);
        },
      },
    },
    { onReport: (report) => told.push(report) },
  );

test('a list that is done at once tells its end, once', async () => {
  const { id } = await publishList(world, names(300));
  await workUntil(world, 'done', runner());
  expect(told).toEqual([{ job: id, state: 'done', done: 300, total: 300 }]);
});

test('a list that takes longer tells how far it is, of what was noted', async () => {
  const { id } = await publishList(world, names(1500));
  const slow = runner(600);
  // The claim is short here, and the rounds are slow: nobody else takes it meanwhile.
  await workUntil(world, 'done', slow);
  expect(told.at(-1)).toEqual({ job: id, state: 'done', done: 1500, total: 1500 });
  expect(told.length).toBeGreaterThan(1);
  for (const { job, state, done } of told.slice(0, -1)) {
    expect([job, state]).toEqual([id, 'running']);
    expect(done).toBeGreaterThan(0);
  }
});

test('a failure is told when there are no attempts left, and not before', async () => {
  const { id } = await publish(world, { to: { group: 'gone' }, payload: 1, deliverAt: Date.now() + 20 });
  await workUntil(world, 'dead', runner());
  expect(told).toEqual([
    { job: id, state: 'failed', done: 0, total: 1, error: expect.stringContaining('group') as string },
  ]);
  expect(await world.catalog.get(id)).toMatchObject({ state: 'failed' });
});
