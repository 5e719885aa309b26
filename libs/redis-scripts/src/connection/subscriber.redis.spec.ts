import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import keySlot from 'cluster-key-slot';
import type { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from './connect.js';
import type { Subscriber } from './subscriber.js';

describe.each([
  { name: 'a single server', options: { mode: 'single' } as const },
  { name: 'a cluster of three', options: { mode: 'cluster', nodes: 3 } as const },
])('on $name', ({ options }) => {
  const channels = Array.from({ length: 40 }, (_, tag) => `test/{${tag}}/links/node`);
  let redis: ThrowawayRedis;
  let admins: Redis[];
  let connection: RedisConnection;
  let subscriber: Subscriber;
  let received: string[];

  beforeAll(async () => {
    redis = await startRedis(options);
    admins = redis.servers.map((server) => server.connection());
  });
  afterAll(async () => {
    for (const admin of admins) admin.disconnect();
    await redis.stop();
  });
  beforeEach(async () => {
    connection = await connectRedis(redis.url);
    subscriber = connection.subscriber();
    received = [];
    subscriber.on('smessageBuffer', (channel, message) => received.push(`${channel.toString()} ${message.toString()}`));
    await subscriber.subscribe(channels);
  });
  afterEach(() => connection.close());

  /** To whoever serves the channel. */
  async function publish(channel: string, text: string): Promise<void> {
    for (const admin of admins) await admin.spublish(channel, text).catch(() => undefined);
  }

  test('what is published to a subscribed channel arrives, in order', async () => {
    for (const channel of channels) for (const text of ['a', 'b']) await publish(channel, text);
    await until(() => received.length === 80, { what: 'all publications' });
    expect([...received].sort()).toEqual(channels.flatMap((channel) => [`${channel} a`, `${channel} b`]).sort());
    expect(received.indexOf(`${channels[3]} a`)).toBeLessThan(received.indexOf(`${channels[3]} b`));
  });

  test('an unsubscribed channel is not heard any more, the others are', async () => {
    const [first = '', second = ''] = channels;
    subscriber.unsubscribe([first]);
    await until(
      async () => {
        await publish(second, 'probe');
        const before = received.length;
        await publish(first, 'silence');
        await publish(second, 'end');
        await until(() => received.slice(before).some((text) => text.endsWith(' end')), { what: 'the end' });
        return !received.slice(before).some((text) => text.endsWith('silence'));
      },
      { what: 'the channel to fall silent' },
    );
    expect(subscriber.isHeld(second)).toBe(true);
    expect(subscriber.isHeld(first)).toBe(false);
  });

  test('a cut connection is said with the channels lost, and they are held again', async () => {
    const lost = new Set<string>();
    const held = new Set<string>();
    subscriber.on('lost', (names) => names.forEach((name) => lost.add(name)));
    subscriber.on('held', (names) => names.forEach((name) => held.add(name)));
    for (const admin of admins) await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until(() => held.size === channels.length, { what: 'every channel to be held again' });
    expect(lost).toEqual(new Set(channels));
    for (const channel of channels) await publish(channel, 'after');
    await until(() => received.length === channels.length, { what: 'publications after the cut' });
  });

  test('after a restart every channel is held again', async () => {
    for (const admin of admins) admin.disconnect();
    await redis.restart();
    admins = redis.servers.map((server) => server.connection());
    await until(
      async () => {
        received = [];
        for (const channel of channels) await publish(channel, 'again');
        return until(() => received.length === channels.length, { what: 'all', deadlineMs: 500 }).then(() => true);
      },
      { what: 'every channel to be received again', deadlineMs: 20_000 },
    );
  });

  test('closing the connection ends a subscribe that waits', async () => {
    const other = connection.subscriber();
    const waiting = other.subscribe(['test/{1}/another']);
    other.close();
    await expect(waiting).rejects.toMatchObject({ reason: 'closed' });
  });
});

test('channels of a slot that moves are followed to its new primary', async () => {
  const redis = await startRedis({ mode: 'cluster', nodes: 3 });
  const admins = redis.servers.map((server) => server.connection());
  const connection = await connectRedis(redis.url);
  try {
    const channel = 'test/{77}/links/node';
    const subscriber = connection.subscriber();
    const received: string[] = [];
    subscriber.on('smessageBuffer', (_, message) => received.push(message.toString()));
    await subscriber.subscribe([channel]);
    const served = await Promise.all(
      admins.map((admin) =>
        admin.exists(channel).then(
          () => true,
          () => false,
        ),
      ),
    );
    const to = admins[served.indexOf(false)];
    const id = String(await to?.call('CLUSTER', 'MYID'));
    for (const admin of admins) await admin.call('CLUSTER', 'SETSLOT', String(keySlot(channel)), 'NODE', id);
    await until(
      async () => {
        await to?.spublish(channel, 'moved');
        return received.includes('moved');
      },
      { what: 'a publication from the new primary', deadlineMs: 20_000 },
    );
  } finally {
    connection.close();
    for (const admin of admins) admin.disconnect();
    await redis.stop();
  }
});
