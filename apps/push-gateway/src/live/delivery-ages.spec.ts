import { newMessageId } from '@fanfare/timelines';
import { DeliveryAges } from './delivery-ages.js';

const message = (at: number): Buffer => {
  const time = at.toString(16).padStart(12, '0');
  return Buffer.from(`{"id":"${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000","type":"message"}`);
};

test('a message counts by its age, at the first bound that is not below it', () => {
  let now = 1_800_000_000_000;
  const ages = new DeliveryAges(() => now);
  for (const age of [-500, 0, 1, 2, 4, 5, 6, 60_000, 60_001]) ages.note(message(now - age));
  expect(ages.counts()).toEqual({ '1': 3, '2': 1, '5': 2, '8': 1, '60000': 1, older: 1 });
  now += 1;
  expect(ages.counts()).toMatchObject({ '1': 3 });
});

test('what is older than a minute is forgotten, slot by slot', () => {
  let now = 1_800_000_000_000;
  const ages = new DeliveryAges(() => now);
  ages.note(message(now));
  now += 30_000;
  ages.note(message(now));
  now += 29_000;
  expect(ages.counts()).toEqual({ '1': 2 });
  now += 5000;
  expect(ages.counts()).toEqual({ '1': 1 });
  ages.note(message(now)); // in the place of the first
  now += 60_000;
  expect(ages.counts()).toEqual({});
});

test('ids as they are made say when; what has no id counts nowhere', () => {
  const ages = new DeliveryAges();
  ages.note(Buffer.from(`{"id":"${newMessageId()}","type":"message"}`));
  ages.note(Buffer.from('{}'));
  expect(Object.values(ages.counts())).toEqual([1]);
});
