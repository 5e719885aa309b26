import { Readiness } from './readiness.js';

test('is ready when every check passes', async () => {
  const readiness = new Readiness();
  readiness.register('redis', () => Promise.resolve());
  readiness.register('links', () => undefined);
  expect(await readiness.answer()).toEqual({ status: 'ready', checks: { redis: 'ok', links: 'ok' } });
});

test('a check that throws, or rejects, says why it is not', async () => {
  const readiness = new Readiness();
  readiness.register('links', () => {
    throw new Error('3 links are lost');
  });
  readiness.register('redis', () => Promise.reject(new Error('no connection')));
  const checks = { links: '3 links are lost', redis: 'no connection' };
  expect(await readiness.answer()).toEqual({ status: 'unready', checks });
});

test('a check that does not answer makes it unready after 2 s', async () => {
  jest.useFakeTimers();
  const readiness = new Readiness();
  readiness.register('redis', () => new Promise(() => undefined));
  const answer = readiness.answer();
  await jest.advanceTimersByTimeAsync(2000);
  expect(await answer).toMatchObject({ status: 'unready', checks: { redis: 'no answer within 2000 ms' } });
  jest.useRealTimers();
});

test('while draining it is not ready, whatever the checks say', async () => {
  const readiness = new Readiness();
  readiness.drain();
  expect((await readiness.answer()).status).toBe('draining');
});
