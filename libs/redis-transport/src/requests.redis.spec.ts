// Requests: one replica for each, a deadline for all, errors with their codes, replies to the caller alone.
import { Problem } from '@fanfare/contracts';
import { holds, until } from '@fanfare/testing';
import { Controller } from '@nestjs/common';
import { ClientRedis, Ctx, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';
import { RedisRecord } from './redis-record.js';
import { RedisTransportContext } from './redis-transport.context.js';
import { RpcOverloadError, RpcTimeoutError, RpcUnknownPatternError } from './rpc-errors.js';
import { transportWorld } from './world.fixture.js';

describe.each(['single', 'cluster'] as const)('on Redis, %s', (mode) => {
  const world = transportWorld(mode);
  const handled: { by: object; data: unknown }[] = [];
  let release: (() => void)[] = [];

  @Controller()
  class Shop {
    @MessagePattern('shop.echo.v1')
    echo(@Payload() data: unknown): unknown {
      handled.push({ by: this, data });
      return data;
    }

    @MessagePattern('shop.count.v1')
    count(@Payload() to: number) {
      return from(Array.from({ length: to }, (_, index) => index));
    }

    @MessagePattern('shop.fail.v1')
    fail(@Payload() kind: string): never {
      if (kind === 'problem') {
        const errors = [{ pointer: '/a', detail: 'no' }];
        throw new Problem('conflict', 'it is taken', { errors, retryAfter: 7 });
      }
      if (kind === 'rpc') throw new RpcException({ code: 'OWN', text: 'of a team' });
      throw new Error('secret of the inside');
    }

    @MessagePattern('shop.wait.v1')
    wait(@Payload() _data: unknown, @Ctx() context: RedisTransportContext): Promise<number> {
      handled.push({ by: this, data: context.attempt });
      return new Promise((resolve) => release.push(() => resolve(context.attempt)));
    }
  }

  beforeEach(() => {
    handled.length = 0;
    release = [];
  });
  afterEach(() => release.forEach((each) => each()));

  const ask = <T>(client: ReturnType<typeof world.client>, pattern: string, data: unknown): Promise<T> =>
    firstValueFrom(client.send<T>(pattern, data));

  test('each of 1,000 requests is handled by exactly one of three replicas, and all three have some', async () => {
    await Promise.all([1, 2, 3].map(() => world.start(Shop, { concurrency: 8 })));
    const client = world.client({ deadlineMs: 20_000 });
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, n) => ask<number>(client, 'shop.echo.v1', n)));
    expect(answers).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(handled).toHaveLength(1000);
    expect(new Set(handled.map(({ by }) => by)).size).toBe(3);
    await until(async () => (await world.admin.xlen(world.keys.calls('shop'))) === 0, { what: 'nothing to be left' });
  });

  test('control: over plain pub/sub, as in Nest’s own transport, all three would handle it', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => world.start(Shop)));
    const channel = `plain-${world.app}`;
    let times = 0;
    for (const { connection } of replicas) {
      const subscriber = connection.subscriber();
      subscriber.on('smessageBuffer', () => (times += 1));
      await subscriber.subscribe([channel]);
    }
    await world.admin.spublish(channel, 'a command');
    await until(() => times === 3, { what: 'three effects of one command' });
  });

  test('without any replica the caller gets RpcTimeoutError by its deadline, and the request is gone', async () => {
    const client = world.client({ deadlineMs: 300 });
    await client.connect();
    const before = performance.now();
    const failure = ask(client, 'shop.echo.v1', 1);
    await expect(failure).rejects.toThrow(RpcTimeoutError);
    await expect(failure).rejects.toMatchObject({ code: 'timeout', status: 504 });
    expect(performance.now() - before).toBeLessThan(600);
    await until(async () => (await world.admin.xlen(world.keys.calls('shop'))) === 0, { what: 'its request to go' });
    expect(client.pendingCount).toBe(0);
  });

  test('control: over Nest’s own transport a request that nobody hears has no end', async () => {
    const client = new ClientRedis({ host: '127.0.0.1', port: world.redis.port });
    await client.connect();
    let isSettled = false;
    const settle = (): unknown => (isSettled = true);
    const call = client.send('shop.echo.v1', 1).subscribe({ next: settle, error: settle, complete: settle });
    await holds(() => !isSettled, { what: 'nobody is told', forMs: 900 }); // three times the deadline above
    call.unsubscribe();
    await client.close();
  });

  test('a call may have a deadline of its own', async () => {
    const client = world.client();
    const record = new RedisRecord(1, { deadlineMs: 100 });
    const before = performance.now();
    await expect(ask(client, 'shop.echo.v1', record)).rejects.toThrow(RpcTimeoutError);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test('what was asked before the first replica came is handled while its deadline allows, and not after', async () => {
    const client = world.client();
    const inTime = ask<number>(client, 'shop.echo.v1', 1);
    await until(async () => (await world.admin.xlen(world.keys.calls('shop'))) === 1, { what: 'it to wait' });
    const late = ['v', '1', 'id', 'x', 'caller', 'y', 'ttl', '1', 'packet', '{"pattern":"shop.echo.v1","data":2}'];
    await world.admin.xadd(world.keys.calls('shop'), '*', ...late);
    const { counts } = await world.start(Shop);
    await expect(inTime).resolves.toBe(1);
    await until(() => counts.get('expired') === 1, { what: 'the expired request to be dropped' });
    expect(handled.map(({ data }) => data)).toEqual([1]);
  });

  test('errors keep their codes: a Problem, an RpcException; anything else says nothing of the inside', async () => {
    await world.start(Shop);
    const client = world.client();
    const problem = await ask(client, 'shop.fail.v1', 'problem').catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: 'conflict', message: 'it is taken', retryAfter: 7 });
    expect(problem).toHaveProperty('errors', [{ pointer: '/a', detail: 'no' }]);
    const rpc = await ask(client, 'shop.fail.v1', 'rpc').catch((error: unknown) => error);
    expect(rpc).toBeInstanceOf(RpcException);
    expect((rpc as RpcException).getError()).toEqual({ code: 'OWN', text: 'of a team' });
    const other = await ask(client, 'shop.fail.v1', 'other').catch((error: unknown) => error);
    expect(other).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(other) + String(other)).not.toContain('secret');
  });

  test('a pattern that the service does not know is answered at once', async () => {
    const { counts } = await world.start(Shop);
    const client = world.client();
    const before = performance.now();
    await expect(ask(client, 'shop.nothing.v1', 1)).rejects.toThrow(RpcUnknownPatternError);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(counts.get('unknown_pattern')).toBe(1);
  });

  test('a handler may answer several values', async () => {
    await world.start(Shop);
    const values = world.client().send<number>('shop.count.v1', 4).pipe(toArray());
    await expect(lastValueFrom(values)).resolves.toEqual([0, 1, 2, 3]);
  });

  test('replies reach their caller alone', async () => {
    await world.start(Shop);
    const [mine, theirs] = [world.client(), world.client()];
    const all = world.redis.servers[0]?.connection();
    await theirs.connect();
    await ask(theirs, 'shop.echo.v1', 'theirs');
    const heard: string[] = [];
    const theirChannel = (await world.admin.call('PUBSUB', 'SHARDCHANNELS', `${world.app}/{rpc}/reply/*`)) as string[];
    await all?.ssubscribe(...theirChannel);
    all?.on('smessage', (_channel, text: string) => heard.push(text));
    expect(theirChannel).toHaveLength(1);
    await expect(ask(mine, 'shop.echo.v1', 'mine')).resolves.toBe('mine');
    expect(heard).toEqual([]);
    await ask(theirs, 'shop.echo.v1', 'again');
    await until(() => heard.length === 1, { what: 'control: the channel to be heard at all' });
    all?.disconnect();
  });

  test('who waits for too many answers is told at once', async () => {
    const client = world.client({ maxPending: 2, deadlineMs: 300 });
    const waiting = [1, 2].map((n) => ask(client, 'shop.echo.v1', n).catch((error: unknown) => error));
    await expect(ask(client, 'shop.echo.v1', 3)).rejects.toThrow(RpcOverloadError);
    await Promise.all(waiting);
  });

  test('a packet larger than allowed is refused by who sends it, an answer by who answers', async () => {
    await world.start(Shop, { maxPacketBytes: 1000 });
    const large = 'x'.repeat(2000);
    await expect(ask(world.client({ maxPacketBytes: 1000 }), 'shop.echo.v1', large)).rejects.toMatchObject({
      code: 'too_large',
    });
    await expect(ask(world.client(), 'shop.echo.v1', large)).rejects.toMatchObject({ code: 'too_large' });
  });

  test('malformed requests and replies are dropped and counted, and the next one is handled', async () => {
    const { counts } = await world.start(Shop);
    const client = world.client();
    await ask(client, 'shop.echo.v1', 0);
    const stream = world.keys.calls('shop');
    const bad = [
      'no json',
      '[]',
      '{"pattern":5,"data":1}',
      '{"data":1}',
      '{"pattern":"shop.echo.v1"}',
      '['.repeat(9999),
    ];
    for (const packet of bad) {
      await world.admin.xadd(stream, '*', 'v', '1', 'id', 'x', 'caller', 'y', 'ttl', '5000', 'packet', packet);
    }
    await world.admin.xadd(stream, '*', 'something', 'else');
    await until(() => counts.get('malformed') === bad.length + 1, { what: 'all of them to be counted' });
    const [channel = ''] = (await world.admin.call('PUBSUB', 'SHARDCHANNELS', `${world.app}/*`)) as string[];
    for (const reply of ['no json', '7', '{}', '{"id":5}']) await world.admin.spublish(channel, reply);
    await until(() => client.malformedReplies === 4, { what: 'the replies to be counted' });
    await expect(ask(client, 'shop.echo.v1', 1)).resolves.toBe(1);
    expect(handled).toHaveLength(2);
    expect(await world.admin.xlen(stream)).toBe(0);
  });

  test('closing reads nothing more and finishes what is under way', async () => {
    const first = await world.start(Shop);
    const client = world.client();
    const waiting = ask<number>(client, 'shop.wait.v1', {});
    await until(() => handled.length === 1, { what: 'it to be begun' });
    const closing = first.microservice.close();
    const second = await world.start(Shop);
    await expect(ask(client, 'shop.echo.v1', 'next')).resolves.toBe('next');
    release.forEach((each) => each());
    await expect(waiting).resolves.toBe(1);
    await closing;
    expect(second.counts.get('handled')).toBe(1);
    const consumers = (await world.admin.xinfo('CONSUMERS', world.keys.calls('shop'), 'shop')) as unknown[];
    expect(consumers).toHaveLength(1);
  });
});
