// Whatever is sent to a gateway is answered by an `error` frame or a close code of the design; the gateway lives on,
// and the neighbours notice nothing.
import { randomBytes } from 'node:crypto';
import { payloads, publish, publishNumbers, settle } from './acts.js';
import { expectClose, gatewaysLiveOn, isRefused } from './refusals.js';
import { useStage } from './stage.js';

const stage = useStage();

gatewaysLiveOn(stage);

describe('a frame of a connected client', () => {
  test.each([
    '',
    '{',
    'nonsense',
    'null',
    '[]',
    '1',
    '"connect"',
    '{}',
    '{"event":1}',
    '{"event":""}',
    `{"event":"${'x'.repeat(1000)}"}`,
    '{"data":{}}',
    '\u0000',
  ])('that is none (%j) is refused', async (raw) => {
    const client = await stage.connectSynced(stage.name('alice'));
    client.sendRaw(raw);
    await isRefused(client, 4400);
  });

  test('that is binary is refused, and so is one that is no UTF-8', async () => {
    const binary = await stage.connectSynced(stage.name('alice'));
    binary.sendRaw(randomBytes(100), { binary: true });
    await isRefused(binary, 4400, 1003);
    const garbled = await stage.connectSynced(stage.name('alice'));
    garbled.sendRaw(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false });
    await isRefused(garbled, 4400, 1007);
  });

  test.each(['dance', 'message', 'connected', '__proto__', 'constructor', 'toString', 'x'.repeat(64)])(
    'of an event that clients do not send (%s) is answered by error with its ref, and the session goes on',
    async (event) => {
      const client = await stage.connectSynced(stage.name('alice'));
      const answer = await client.request(event, {});
      expect(answer.event).toBe('error');
      await settle(stage, client);
    },
  );

  test.each([
    ['ack', null],
    ['ack', []],
    ['ack', { all: -1 }],
    ['ack', { all: 1.5 }],
    ['ack', { all: '1' }],
    ['ack', { all: 2 ** 53 + 2 }],
    ['ack', { all: { offset: 1 } }],
    ['read', null],
    ['read', {}],
    ['read', { timeline: 'all' }],
    ['read', { timeline: 'all', upTo: -1 }],
    ['read', { timeline: 'all', upTo: '1' }],
    ['read', { timeline: 'x', upTo: 1 }],
    ['read', { timeline: 'all', offsets: [] }],
    ['read', { timeline: 'all', offsets: ['1'] }],
    ['read', { everything: false }],
    ['inbox', { timeline: 'x' }],
    ['inbox', { limit: 0 }],
    ['inbox', { limit: 1e9 }],
    ['inbox', { after: -1 }],
    ['inbox', { cursor: 'nonsense' }],
    ['inbox', []],
  ])('%s with %j is answered by error with its ref, and the session goes on', async (event, data) => {
    const client = await stage.connectSynced(stage.name('alice'));
    const answer = await client.request(event, data);
    expect([answer.event, answer.data]).toMatchObject(['error', { code: expect.any(String) as string }]);
    await settle(stage, client);
  });

  test('read and inbox of a timeline that is not theirs: an error, or nothing of it', async () => {
    const [alice, bob] = [stage.name('alice'), stage.name('bob')];
    await publishNumbers(stage.api, { user: bob }, 3);
    const client = await stage.connectSynced(alice);
    const inbox = await client.inbox({ timeline: `user:${bob}` });
    if (inbox.event !== 'error') expect(inbox.data).toMatchObject({ messages: [] });
    client.read({ timeline: `user:${bob}`, upTo: 3 });
    await settle(stage, client);
    expect((await stage.api.unread(bob)).body.total).toBe(3);
  });

  test('of 1 MiB closes with 1009', async () => {
    const client = await stage.connectSynced(stage.name('alice'));
    client.sendRaw(JSON.stringify({ event: 'ack', data: { x: 'x'.repeat(1024 * 1024) } }));
    await expectClose(client, 1009);
  });

  test('of 10,000 levels is refused', async () => {
    const client = await stage.connectSynced(stage.name('alice'));
    client.sendRaw(`{"event":"ack","data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
    await isRefused(client, 4400);
  });

  test('in fragments is taken as one', async () => {
    const alice = stage.name('alice');
    await publishNumbers(stage.api, { user: alice }, 2);
    const client = await stage.connectSynced(alice);
    const text = JSON.stringify({ event: 'inbox', data: {}, ref: 'pieces' });
    client.sendRaw(text.slice(0, 5), { fin: false });
    client.sendRaw(text.slice(5, 9), { fin: false });
    client.sendRaw(text.slice(9), { fin: true });
    const answer = await client.waitFor('inbox', (_, { ref }) => ref === 'pieces');
    expect(answer.data.messages).toHaveLength(2);
  });

  test('of 100,000 fragments is refused or taken; it does no harm to a neighbour', async () => {
    const neighbour = await stage.connectSynced(stage.name('bob'), { gateway: 0 });
    const client = await stage.connectSynced(stage.name('alice'), { gateway: 0 });
    for (let piece = 0; piece < 100_000 && client.isOpen; piece++) client.sendRaw('x', { fin: false });
    if (client.isOpen) client.sendRaw('x', { fin: true });
    await settle(stage, neighbour);
    await isRefused(client, 4400, 1009, 1008, 1006);
  });

  test('without the mask that clients must use closes with 1002', async () => {
    const client = await stage.connectSynced(stage.name('alice'));
    client.sendRaw('{"event":"pong","data":{}}', { mask: false });
    await expectClose(client, 1002);
  });

  test('is never compressed: the handshake agrees on no extension, so there is no bomb to unpack', async () => {
    const client = await stage.connectSynced(stage.name('alice'));
    expect(client.socket.extensions).toBe('');
    expect(client.socket.protocol).toBe('fanfare.v1.json');
  });
});

describe('an ack', () => {
  test('that repeats or goes back changes nothing and is no error', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 5);
    const client = await stage.connectSynced(alice, { device: 'phone' });
    for (const offset of [4, 4, 2, 0, 4]) client.ack({ [timeline]: offset });
    await settle(stage, client);
    expect(client.events('error')).toEqual([]);
    await client.close();
    const again = await stage.connectSynced(alice, { device: 'phone' });
    expect(payloads(again)).toContain(5);
    expect(payloads(again)).not.toContain(1);
  });

  test('beyond what was sent is answered by ack_ahead and has no effect', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 2);
    const client = await stage.connectSynced(alice, { device: 'phone' });
    const answer = await client.request('ack', { [timeline]: 3 });
    expect(answer).toMatchObject({ event: 'error', data: { code: 'ack_ahead' } });
    await publishNumbers(stage.api, { user: alice }, 2, 3);
    await client.waitForMessages(timeline, 4);
    await client.close();
    expect(payloads(await stage.connectSynced(alice, { device: 'phone' }))).toEqual([1, 2, 3, 4]);
  });

  test('of a timeline that is not theirs has no effect', async () => {
    const [alice, bob] = [stage.name('alice'), stage.name('bob')];
    await publishNumbers(stage.api, { user: bob }, 3);
    const client = await stage.connectSynced(alice, { device: 'phone' });
    client.ack({ [`user:${bob}`]: 3, 'group:nothing': 1 });
    await settle(stage, client);
    expect(payloads(await stage.connectSynced(bob, { device: 'phone' }))).toEqual([1, 2, 3]);
  });
});

test('a flood of errors ends no session of others', async () => {
  const neighbour = await stage.connectSynced(stage.name('bob'), { gateway: 0 });
  const client = await stage.connectSynced(stage.name('alice'), { gateway: 0 });
  for (let number = 0; number < 2_000 && client.isOpen; number++) client.sendRaw('{"event":"dance"}');
  await publish(stage.api, { to: { user: neighbour.connected.user }, payload: 'undisturbed' });
  await neighbour.waitForMessages(`user:${neighbour.connected.user}`, 1);
  await settle(stage, neighbour);
  expect(payloads(neighbour)).toEqual(['undisturbed']);
});
