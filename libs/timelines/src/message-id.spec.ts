import { version } from 'uuid';
import { newMessageId } from './message-id.js';

test('ids are UUIDs of version 7 that ascend in the order of making, also within a millisecond', () => {
  const ids = Array.from({ length: 5000 }, newMessageId);
  expect(ids.every((id) => version(id) === 7)).toBe(true);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(ids.length);
});
