import { runEvery } from './run-every.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('runs at once and then again after each pause', async () => {
  const task = jest.fn(() => Promise.resolve());
  const loop = runEvery(1000, task, fail);
  await jest.advanceTimersByTimeAsync(2500);
  expect(task).toHaveBeenCalledTimes(3);
  await loop.stop();
  await jest.advanceTimersByTimeAsync(5000);
  expect(task).toHaveBeenCalledTimes(3);
});

test('never overlaps: the pause begins when a run has ended', async () => {
  let running = 0;
  let most = 0;
  const slow = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    running -= 1;
  };
  const loop = runEvery(1000, slow, fail);
  await jest.advanceTimersByTimeAsync(20_000);
  expect(most).toBe(1);
  const stopped = loop.stop();
  await jest.advanceTimersByTimeAsync(3000);
  await stopped;
});

test('a run that throws is told and does not end the loop', async () => {
  const errors: unknown[] = [];
  const task = jest.fn(() => {
    throw new Error('no Redis');
  });
  const loop = runEvery(1000, task, (error) => errors.push(error));
  await jest.advanceTimersByTimeAsync(1500);
  expect(errors).toHaveLength(2);
  await loop.stop();
});

test('stop waits for the run under way, tells it by its signal, and its late failure is nobody’s business', async () => {
  const errors: unknown[] = [];
  const task = (signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => setTimeout(reject, 500, new Error('late'))));
  const loop = runEvery(1000, task, (error) => errors.push(error));
  await jest.advanceTimersByTimeAsync(1);
  let hasStopped = false;
  const stopped = loop.stop().then(() => (hasStopped = true));
  await jest.advanceTimersByTimeAsync(499);
  expect(hasStopped).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  await stopped;
  expect(errors).toEqual([]);
});

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}
