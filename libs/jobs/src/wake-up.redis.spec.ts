import { until } from '@fanfare/testing';
import { WakeUp } from './wake-up.js';
import { publishList, redisWorld } from './world.fixture.js';

const world = redisWorld();
const LONG_MS = 60_000;
const never = new AbortController().signal;

test('a worker that waits is woken by a job, at once where the job came before it waited', async () => {
  const wakeUp = new WakeUp(world.connection, world.keys);
  try {
    await until(() => wakeUp.count > 0, { what: 'the subscription' });
    const seen = wakeUp.count;
    const waiting = wakeUp.wait(LONG_MS, never);
    await publishList(world, ['a']);
    await waiting;
    await wakeUp.wait(LONG_MS, never, seen);
    await wakeUp.wait(LONG_MS, AbortSignal.abort());
    const closed = wakeUp.wait(LONG_MS, never);
    wakeUp.close();
    await closed;
  } finally {
    wakeUp.close();
  }
});
