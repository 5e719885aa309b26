import { holds, until, withDeadline } from './until.js';

test('resolves to the first truthy value', async () => {
  let looks = 0;
  const value = await until(() => ++looks === 3 && 'third', { what: 'the third look', everyMs: 1 });
  expect(value).toBe('third');
});

test('says what it waited for when the deadline has passed', async () => {
  const waiting = until(() => false, { what: 'rain', deadlineMs: 5, everyMs: 1 });
  await expect(waiting).rejects.toThrow('waited 5 ms in vain for rain');
});

test('takes a throw as not yet, and gives the last one as the cause', async () => {
  const look = (): never => {
    throw new Error('still dry');
  };
  const waiting = until(look, { what: 'rain', deadlineMs: 5, everyMs: 1 });
  await expect(waiting).rejects.toMatchObject({ cause: new Error('still dry') });
});

test('a promise that settles in time is passed on, one that does not is not waited for', async () => {
  await expect(withDeadline(Promise.resolve(1), 1_000, () => 'late')).resolves.toBe(1);
  await expect(withDeadline(new Promise(() => undefined), 5, () => 'late')).rejects.toThrow('late');
});

test('what has to hold is looked at until the time is over', async () => {
  let looks = 0;
  await holds(() => ++looks > 0, { what: 'looking', forMs: 20, everyMs: 5 });
  expect(looks).toBeGreaterThan(2);
});

test('what no longer holds is told at once', async () => {
  let looks = 0;
  const holding = holds(() => ++looks < 3, { what: 'fewer than three looks', forMs: 10_000, everyMs: 1 });
  await expect(holding).rejects.toThrow('it was no longer true: fewer than three looks');
});
