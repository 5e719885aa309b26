import { Keyspace } from '@fanfare/redis-scripts';
import { chunkText, cutIntoChunks, parseChunk } from './chunks.js';

const keys = new Keyspace('app', 16);
const users = Array.from({ length: 1000 }, (_, index) => `user ${index} ✓`);

test('every user is in one chunk, that of their partition, and no chunk is over the limit', () => {
  const chunks = cutIntoChunks(keys, users, 10);
  expect(chunks.flatMap((chunk) => chunk.users).sort()).toEqual([...users].sort());
  for (const chunk of chunks) {
    expect(chunk.users.length).toBeLessThanOrEqual(10);
    for (const user of chunk.users) expect(keys.homeOf('user', user).index).toBe(chunk.partition);
  }
});

test('the users of a partition are shared out evenly: no chunk of one beside full ones', () => {
  const sizes = cutIntoChunks(new Keyspace('app', 1), users.slice(0, 129), 128).map((chunk) => chunk.users.length);
  expect(sizes).toEqual([65, 64]);
});

test('a chunk is read as it was written', () => {
  for (const chunk of cutIntoChunks(keys, users, 128)) expect(parseChunk(chunkText(chunk))).toEqual(chunk);
});

test.each(['', 'x\nalice', '7'])('%j is no chunk', (text) => {
  expect(() => parseChunk(text)).toThrow('missing');
});
