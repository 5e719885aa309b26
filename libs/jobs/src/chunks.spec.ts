import { Keyspace } from '@fanfare/redis-scripts';
import { chunkText, cutIntoChunks, parseChunk } from './chunks.js';

const keys = new Keyspace('app', 16);
const users = Array.from({ length: 1000 }, (_, index) => `user ${index} ✓`);

test('every user is in one chunk, that of their partition, however often they are named, and no chunk is over the limit', async () => {
  const chunks = await cutIntoChunks(keys, [...users, ...users], 10);
  expect(chunks.flatMap((chunk) => chunk.users).sort()).toEqual([...users].sort());
  for (const chunk of chunks) {
    expect(chunk.users.length).toBeLessThanOrEqual(10);
    for (const user of chunk.users) expect(keys.homeOf('user', user).index).toBe(chunk.partition);
  }
});

test('the users of a partition are shared out evenly: no chunk of one beside full ones', async () => {
  const chunks = await cutIntoChunks(new Keyspace('app', 1), users.slice(0, 129), 128);
  expect(chunks.map((chunk) => chunk.users.length)).toEqual([65, 64]);
});

test('a chunk is read as it was written', async () => {
  for (const chunk of await cutIntoChunks(keys, users, 128)) expect(parseChunk(chunkText(chunk))).toEqual(chunk);
});

test.each(['', 'x\nalice', '7'])('%j is no chunk', (text) => {
  expect(() => parseChunk(text)).toThrow('missing');
});

test('a long list is cut in turns, so that other work goes on meanwhile', async () => {
  let turns = 0;
  const count = setInterval(() => (turns += 1), 0);
  await cutIntoChunks(
    keys,
    Array.from({ length: 50_000 }, (_, index) => `user-${index}`),
    128,
  );
  clearInterval(count);
  expect(turns).toBeGreaterThan(5);
});
