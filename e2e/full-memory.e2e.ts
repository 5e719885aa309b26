// Redis is at its `maxmemory`, with everything running: publishing is refused with 503, and acknowledging, reading,
// leaving and closing go on; when there is room, so does publishing.
import { until } from '@fanfare/testing';
import { everyTarget, makeGroup, offsets, publishNumbers, range } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

async function limitMemory(bytes: string): Promise<void> {
  for (const server of stage.redis.servers) {
    const redis = server.connection();
    await redis.config('SET', 'maxmemory', bytes).finally(() => redis.disconnect());
  }
}

afterEach(() => limitMemory('0'));

test('full memory: nothing is accepted, what moves forward or makes room goes on, and it recovers by itself', async () => {
  const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
  await makeGroup(stage.api, group, alice, bob);
  const phone = await stage.connectSynced(alice, { device: 'phone' });
  const laptop = await stage.connectSynced(alice);
  for (const to of everyTarget(alice, group)) await publishNumbers(stage.api, to, 4);
  for (const name of [`user:${alice}`, `group:${group}`]) await phone.waitForMessages(name, 4);

  await limitMemory('1');
  for (const to of [...everyTarget(alice, group), { users: [alice, bob] }]) {
    const { status, body, headers } = await stage.api.publish({ to, payload: 'refused' });
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '1']);
  }
  expect((await stage.api.join(group, stage.name('carol'))).status).toBe(503);
  expect((await stage.api.read(alice, { timeline: `user:${alice}`, upTo: 3 })).status).toBe(200);
  expect((await stage.api.unread(alice)).body.timelines).toMatchObject({ [`user:${alice}`]: 1, [`group:${group}`]: 4 });
  expect((await stage.api.inbox(alice)).body.messages).toHaveLength(4);
  phone.ack({ [`user:${alice}`]: 2 });
  await phone.close(); // stores it
  const devices = async (): Promise<unknown> => (await stage.api.presence([alice])).body.users[alice]?.devices;
  await until(async () => (await devices()) === 1, { what: 'the session to be closed' });
  expect((await stage.api.leave(group, alice)).status).toBeLessThan(300);
  await laptop.waitFor('membership', ({ state }) => state === 'left');
  expect((await stage.api.members(group)).body.members.map(({ user }) => user)).toEqual([bob]);
  expect(laptop.isOpen).toBe(true);

  await limitMemory('0');
  await publishNumbers(stage.api, { user: alice }, 1, 5);
  await laptop.waitForMessages(`user:${alice}`, 5);
  expect(offsets(laptop, `user:${alice}`)).toEqual(range(1, 5)); // none of the refused ones
  const again = await stage.connectSynced(alice, { device: 'phone' });
  expect(offsets(again, `user:${alice}`)).toEqual([3, 4, 5]);
});
