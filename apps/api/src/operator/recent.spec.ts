import { Recent } from './recent.js';

test('all who ask within its time share one look; later it is looked again', async () => {
  let [now, looks] = [0, 0];
  const recent = new Recent(
    1000,
    async () => (looks += 1),
    () => now,
  );
  expect(await Promise.all([recent.get(), recent.get()])).toEqual([1, 1]);
  now = 999;
  expect(await recent.get()).toBe(1);
  now = 1000;
  expect(await recent.get()).toBe(2);
});

test('a look that failed is told to all who waited for it, and is not kept', async () => {
  let looks = 0;
  const recent = new Recent(1000, async () => {
    looks += 1;
    if (looks === 1) throw new Error('away');
    return looks;
  });
  const first = await Promise.allSettled([recent.get(), recent.get()]);
  expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await recent.get()).toBe(2);
});
