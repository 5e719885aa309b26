// How many jobs there are, as operators see it.
import { claimed, names, publishList, redisWorld, workUntil } from './world.fixture.js';

const world = redisWorld();
const empty = { urgent: 0, high: 0, normal: 0, bulk: 0 };

test('without any job everything is 0', async () => {
  expect(await world.catalog.counts()).toEqual({ scheduled: 0, deadLetters: 0, running: 0, lanes: empty });
});

test('a lane counts those that are worked at; what is done counts nowhere', async () => {
  await publishList(world, names(2));
  await publishList(world, names(3));
  expect(await world.catalog.counts()).toMatchObject({ running: 0, lanes: { ...empty, normal: 2 } });
  await claimed(world);
  expect(await world.catalog.counts()).toMatchObject({ running: 1, lanes: { ...empty, normal: 2 } });
  await workUntil(world, 'done');
  await workUntil(world, 'done');
  expect(await world.catalog.counts()).toEqual({ scheduled: 0, deadLetters: 0, running: 0, lanes: empty });
});

test('what waits for its time is scheduled, and in no lane', async () => {
  const deliverAt = Date.now() + 3_600_000;
  await world.intake.publish({ to: { user: 'a' }, payload: 1, priority: 'bulk', deliverAt });
  expect(await world.catalog.counts()).toEqual({ scheduled: 1, deadLetters: 0, running: 0, lanes: empty });
});
