// timeline/start: where a device goes on in `all`. It resumes by its own position, else by what its device has
// acknowledged, else by what its user has read.
import { timelineStart, type TimelineStartArgs } from '@fanfare/redis-scripts';
import { untilSwept } from './swept.js';
import { append, redisWorld } from './world.fixture.js';

const world = redisWorld();

const start = (args: Partial<TimelineStartArgs> = {}) => {
  const { home, log, state, gone, ttl } = world.keys.all;
  const whole = { resume: '', device: '', read: '', join: '', seen: '', limit: 100, maxBytes: 1e6, ...args };
  return timelineStart(world.scripts, { part: home.part, log, state, gone, ttl }, whole);
};
async function appendMany(count: number, expires = 0, cap?: number): Promise<string> {
  let epoch = '';
  for (let done = 0; done < count; done += 64) {
    const messages = new Array(Math.min(64, count - done)).fill({ timeline: 'all', expires }) as { timeline: string }[];
    const answers = await append(world, world.keys.all, messages, cap === undefined ? {} : { cap });
    epoch = answers[0]?.epoch ?? '';
  }
  return epoch;
}

test('where nothing was ever sent there is an epoch to resume from, and the first message comes after it', async () => {
  const first = await start();
  expect(first).toMatchObject({ status: 'OK', head: 0, from: 0, unread: 0, reset: '', entries: [] });
  await appendMany(1);
  const resume = first.status === 'OK' ? `0 ${first.epoch}` : '';
  expect(await start({ resume })).toMatchObject({ from: 0, reset: '', reached: 1 });
});

test('the client’s own position goes before the device’s, and the device’s before the read cursor', async () => {
  const epoch = await appendMany(9);
  const at = (offset: number): string => `${offset} ${epoch}`;
  expect(await start({ resume: at(7), device: at(5), read: at(3) })).toMatchObject({ from: 7, read: 3, unread: 6 });
  expect(await start({ device: at(5), read: at(3) })).toMatchObject({ from: 5, reset: '' });
  expect(await start({ read: at(3) })).toMatchObject({ from: 3, reset: '' });
  expect(await start()).toMatchObject({ from: 0, unread: 9, reset: '', reached: 9 });
});

test('an older position of the client goes before a newer one of the device: it says what it lacks', async () => {
  const epoch = await appendMany(9);
  expect(await start({ resume: `2 ${epoch}`, device: `8 ${epoch}` })).toMatchObject({ from: 2 });
});

test('nothing from before the user’s share is handed out or counted', async () => {
  const epoch = await appendMany(9);
  expect(await start({ join: `6 ${epoch}`, read: `6 ${epoch}` })).toMatchObject({ floor: 6, from: 6, unread: 3 });
  expect(await start({ resume: `2 ${epoch}`, join: `6 ${epoch}` })).toMatchObject({ from: 6, reset: '' });
});

test('one who only has a read cursor gets the newest 100 unread, and is told where there were more', async () => {
  const epoch = await appendMany(130);
  expect(await start({ read: `10 ${epoch}` })).toMatchObject({ from: 30, unread: 120, reset: 'too_many' });
  expect(await start({ device: `10 ${epoch}` })).toMatchObject({ from: 10, unread: 130, reset: '' });
});

test('a position beyond the head goes on from the head, and is told so', async () => {
  const epoch = await appendMany(3);
  expect(await start({ resume: `8 ${epoch}` })).toMatchObject({ from: 3, reset: 'rolled_back', entries: [] });
});

test('what was trimmed is told, and what is no position is none', async () => {
  const epoch = await appendMany(9, 0, 4);
  expect(await start({ resume: `1 ${epoch}` })).toMatchObject({ from: 5, reset: 'trimmed' });
  for (const resume of ['nonsense', '-1 1.a.2', '1', ' ', `1.5 ${epoch}`]) {
    expect(await start({ resume })).toMatchObject({ status: 'OK', from: 5 });
  }
});

test('very many that expired at once are swept in steps', async () => {
  await appendMany(600, Date.now() - 1000);
  await appendMany(1);
  expect((await start()).status).toBe('SWEEP');
  expect(await untilSwept(() => start())).toMatchObject({ status: 'OK', unread: 1 });
});
