// What happens to requests whose replica died: taken over once, while their deadline allows.
import { GuardedProcess, holds, until, workspaceRoot } from '@fanfare/testing';
import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern } from '@nestjs/microservices';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { RedisTransportContext } from './redis-transport.context.js';
import { RpcTimeoutError } from './rpc-errors.js';
import { abandon, transportWorld } from './world.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'fanfare-takeover-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['single', 'cluster'] as const)('on Redis, %s', (mode) => {
  const world = transportWorld(mode);
  const attempts: number[] = [];
  const seconds: number[] = [];
  let release: (() => void)[] = [];

  /** Never ends by itself. */
  @Controller()
  class Stuck {
    @MessagePattern('shop.work.v1')
    work(@Ctx() { attempt }: RedisTransportContext): Promise<string> {
      attempts.push(attempt);
      return new Promise((resolve) => release.push(() => resolve('of the first')));
    }
  }

  @Controller()
  class Able {
    @MessagePattern('shop.work.v1')
    work(@Ctx() { attempt }: RedisTransportContext): string {
      seconds.push(attempt);
      return 'of the second';
    }
  }

  beforeEach(() => {
    attempts.length = 0;
    seconds.length = 0;
    release = [];
  });
  afterEach(() => release.forEach((each) => each()));

  const work = (deadlineMs = 5000): Promise<unknown> =>
    firstValueFrom(world.client({ deadlineMs }).send<unknown>('shop.work.v1', {}));
  const consumers = async (): Promise<number> =>
    ((await world.admin.xinfo('CONSUMERS', world.keys.calls('shop'), 'shop')) as unknown[]).length;

  /** A replica as a process of its own, that takes a request and never answers. */
  async function stuckProcess(): Promise<GuardedProcess> {
    const file = (name: string): string => JSON.stringify(join(workspaceRoot(), 'libs', name, 'dist', 'index.js'));
    const script = `const { RedisTransportServer } = await import(${file('redis-transport')});
      const server = new RedisTransportServer({ url: ${JSON.stringify(world.redis.url)}, app: '${world.app}', service: 'shop',
        claimAfterMs: 1000 });
      server.addHandler('shop.work.v1', () => { console.log('begun'); return new Promise(() => {}); });
      server.listen((error) => console.log(error ?? 'listens'));`;
    const args = ['--input-type=module', '-e', script];
    const logFile = join(folder, `${world.app}.log`);
    const child = new GuardedProcess({ name: 'a replica', command: process.execPath, args, logFile });
    await until(() => child.output().includes('listens'), { what: 'the child to listen' });
    return child;
  }

  test('a replica that is killed has its request taken over, once, and is forgotten', async () => {
    const child = await stuckProcess();
    const answer = work();
    await until(() => child.output().includes('begun'), { what: 'the child to begin' });
    await child.kill();
    const { counts } = await world.start(Able, { forgetAfterMs: 1500 });
    await world.start(Able, { forgetAfterMs: 1500 });
    await expect(answer).resolves.toBe('of the second');
    expect(seconds).toEqual([2]);
    expect(await world.admin.xlen(world.keys.calls('shop'))).toBe(0);
    await until(async () => (await consumers()) === 2, { what: 'the dead consumer to go' });
    expect([...counts.keys()].filter((outcome) => outcome === 'malformed')).toEqual([]);
  }, 20_000);

  test('a replica that is only slow keeps its request', async () => {
    await world.start(Stuck);
    const answer = work(10_000);
    await until(() => attempts.length === 1, { what: 'it to be begun' });
    await world.start(Able);
    const began = performance.now();
    await until(() => performance.now() - began > 2500, { what: 'more than twice the claim time to pass' });
    expect(seconds).toEqual([]);
    release.forEach((each) => each());
    await expect(answer).resolves.toBe('of the first');
  }, 20_000);

  test('control: when it can’t renew its claim, another takes over', async () => {
    const first = await world.start(Stuck);
    const answer = work();
    await until(() => attempts.length === 1, { what: 'it to be begun' });
    abandon(first);
    await world.start(Able);
    await expect(answer).resolves.toBe('of the second');
    expect(seconds).toEqual([2]);
    // And where nobody forgets so soon, the dead one stays among the consumers.
    await holds(async () => (await consumers()) === 2, { what: 'both consumers', forMs: 1800 });
  }, 20_000);

  test('control: when nobody claims, the caller gets its deadline', async () => {
    const first = await world.start(Stuck);
    const answer = work(2500);
    await until(() => attempts.length === 1, { what: 'it to be begun' });
    abandon(first);
    await world.start(Able, { claimAfterMs: 60_000 });
    await expect(answer).rejects.toThrow(RpcTimeoutError);
    expect(seconds).toEqual([]);
  }, 20_000);

  test('what is claimed after its deadline is not begun again', async () => {
    const first = await world.start(Stuck);
    const client = world.client({ deadlineMs: 400 });
    const failure = firstValueFrom(client.send('shop.work.v1', {})).catch((error: unknown) => error);
    await until(() => attempts.length === 1, { what: 'it to be begun' });
    abandon(first);
    expect(await failure).toBeInstanceOf(RpcTimeoutError);
    const { server } = await world.start(Able);
    const pending = async (): Promise<unknown[]> => await world.admin.xpending(world.keys.calls('shop'), 'shop');
    await until(async () => (await pending())[0] === 0, { what: 'nothing to be pending' });
    expect(seconds).toEqual([]);
    expect(server.runningCount).toBe(0);
  }, 20_000);

  test('what was begun too often is dropped: it may be what kills replicas', async () => {
    const stream = world.keys.calls('shop');
    await world.admin.xgroup('CREATE', stream, 'shop', '0', 'MKSTREAM');
    const packet = JSON.stringify({ pattern: 'shop.work.v1', data: {} });
    const fields = ['v', '1', 'id', 'x', 'caller', 'y', 'ttl', '60000', 'packet', packet];
    const id = String(await world.admin.xadd(stream, '*', ...fields));
    await world.admin.xreadgroup('GROUP', 'shop', 'dead', 'COUNT', 1, 'STREAMS', stream, '>');
    await world.admin.call('XCLAIM', stream, 'shop', 'dead', '0', id, 'IDLE', '60000', 'RETRYCOUNT', '5');
    const { counts } = await world.start(Able);
    await until(() => counts.get('given_up') === 1, { what: 'it to be given up' });
    expect(seconds).toEqual([]);
    expect(await world.admin.xlen(stream)).toBe(0);
  });
});
