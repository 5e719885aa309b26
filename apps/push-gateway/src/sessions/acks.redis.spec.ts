// Acknowledgements that no well-behaved client sends: they move nothing back, hide nothing and leave nothing behind. The
// controls store them as they come.
import { SessionRegistry } from '@fanfare/roster';
import fc from 'fast-check';
import { FrameError } from '../frames/frame-error.js';
import type { GatewayRuntime } from '../node/gateway-runtime.js';
import { useGateways } from '../node/gateways.fixture.js';
import { FakeTransport } from './sessions.fixture.js';

const gateways = useGateways();
const PHONE = { device: 'phone' };

const publish = async (count: number, user = 'a'): Promise<void> => {
  for (let sent = 0; sent < count; sent += 1) await gateways.publisher.publish({ to: { user }, payload: 1 });
};
const cursors = (user = 'a') =>
  gateways.admin.hgetall(gateways.keys.userDevice(gateways.keys.user(user), PHONE.device));
/** With the protection off: stored without a look at what the session follows and was sent. */
const storeUnseen = (acks: { timeline: string; offset: number; epoch: string }[]): Promise<void> =>
  new SessionRegistry(gateways.scripts, gateways.keys, 1e9).acknowledge(
    acks.map((ack) => ({ user: 'a', ...PHONE, ...ack })),
  );

/** A phone that has that many messages of its user, and an end at which it is stored what it acknowledged. */
async function phone(count: number, user = 'a', runtime?: GatewayRuntime) {
  await publish(count, user);
  runtime ??= await gateways.start();
  const { session, status } = await gateways.connectSynced(runtime, user, PHONE);
  const ack = (offsets: Record<string, number>): void => runtime.sessions.acknowledge(session, offsets);
  const epoch = String(status(`user:${user}`)['epoch']);
  return { runtime, ack, epoch, close: () => runtime.sessions.close(session) };
}

async function nextOffsets(runtime: GatewayRuntime, user = 'a'): Promise<unknown[]> {
  const transport = new FakeTransport();
  await gateways.connectSynced(runtime, user, { ...PHONE, transport });
  return transport.offsets(`user:${user}`);
}

test('one that repeats or goes back changes nothing', async () => {
  const { runtime, ack, epoch, close } = await phone(5);
  for (const offset of [4, 4, 2, 0, 4, 1]) {
    ack({ 'user:a': offset });
    await runtime.acks.flush();
  }
  await close();
  expect(await cursors()).toEqual({ 'user:a': `4 ${epoch}` });
  expect(await nextOffsets(runtime)).toEqual([5]);
});

test('control: where the last one counts, the device gets again what it had acknowledged', async () => {
  const { runtime, ack, epoch, close } = await phone(5);
  ack({ 'user:a': 4 });
  await close();
  await gateways.admin.hset(gateways.keys.userDevice(gateways.keys.user('a'), 'phone'), 'user:a', `1 ${epoch}`);
  expect(await nextOffsets(runtime)).toEqual([2, 3, 4, 5]);
});

test('one beyond what was sent is refused, with all that came with it, and what comes then is delivered', async () => {
  const { runtime, ack, close } = await phone(2);
  expect(() => ack({ 'user:a': 9, all: 0 })).toThrow(
    new FrameError('ack_ahead', 'user:a: 9 was not sent on this session'),
  );
  await close();
  expect(await cursors()).toEqual({});
  await publish(2);
  expect(await nextOffsets(runtime)).toEqual([1, 2, 3, 4]);
});

test('control: taken as it comes, it would hide what comes then', async () => {
  const { runtime, epoch, close } = await phone(2);
  await storeUnseen([{ timeline: 'user:a', offset: 9, epoch }]);
  await close();
  await publish(2);
  expect(await nextOffsets(runtime)).toEqual([]);
});

test('those of timelines that the session does not follow leave nothing behind', async () => {
  const { ack, close } = await phone(1);
  await publish(3, 'b');
  ack({ 'user:b': 3, 'group:nothing': 1 });
  for (let index = 0; index < 1000; index += 1) ack({ [`group:${index}`]: index });
  await close();
  expect([await cursors(), await cursors('b')]).toEqual([{}, {}]);
});

test('control: taken as they come, each would be kept', async () => {
  const { epoch, close } = await phone(1);
  await storeUnseen(Array.from({ length: 1000 }, (_, index) => ({ timeline: `group:${index}`, offset: 1, epoch })));
  await close();
  expect(Object.keys(await cursors())).toHaveLength(1000);
});

test('whatever is acknowledged in whatever order: the furthest counts that was sent, and nothing breaks', async () => {
  const runtime = await gateways.start();
  let users = 0;
  const offset = fc.oneof(fc.nat({ max: 8 }), fc.maxSafeNat());
  const timeline = fc.constantFrom('own', 'all', 'user:other', 'group:g', '__proto__');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.dictionary(timeline, offset), { maxLength: 20 }), async (acks) => {
      const user = `u${(users += 1)}`;
      const { ack, epoch, close } = await phone(5, user, runtime);
      let furthest = 0;
      for (const { own, ...others } of acks) {
        const isRefused = (own ?? 0) > 5 || (others['all'] ?? 0) > 0;
        const send = (): void => ack({ ...(own !== undefined && { [`user:${user}`]: own }), ...others });
        if (isRefused) expect(send).toThrow(FrameError);
        else send();
        if (!isRefused) furthest = Math.max(furthest, own ?? 0);
      }
      await close();
      expect(await cursors(user)).toEqual(furthest === 0 ? {} : { [`user:${user}`]: `${furthest} ${epoch}` });
    }),
    { numRuns: 15 },
  );
});
