import { messageBytes, priorityOf, storedAt } from './entry.js';

test.each([
  ['without an expiry', '0199a0b0c1d2' + '03'],
  ['with an expiry', '0199a0b0c1d2' + '07' + '0199a0b0ffff'],
])('a header %s is read as the scripts pack it', (_, header) => {
  const entry = Buffer.concat([Buffer.from(header, 'hex'), Buffer.from('{"id":1}')]);
  expect(storedAt(entry)).toBe(0x0199a0b0c1d2);
  expect(priorityOf(entry)).toBe(3);
  expect(messageBytes(entry).toString()).toBe('{"id":1}');
  expect(messageBytes(entry).buffer).toBe(entry.buffer); // a view: nothing is copied
});
