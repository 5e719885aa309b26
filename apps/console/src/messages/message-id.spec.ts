import { timeOfId } from './message-id';

test('the time of a UUIDv7 is in its first 48 bits; what is none has no time', () => {
  expect(timeOfId('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(1_645_557_742_000); // the example of RFC 9562
  for (const id of ['', 'alice', '017f22e2-79b0-4cc3-98c4-dc0c0c07398f']) expect(timeOfId(id)).toBe(0);
});
