// Events: to every replica, or to one of each service where a handler declares it.
import { until } from '@fanfare/testing';
import { Controller, type Type } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { RedisTransportContext } from './redis-transport.context.js';
import { abandon, transportWorld } from './world.fixture.js';

describe.each(['single', 'cluster'] as const)('on Redis, %s', (mode) => {
  const world = transportWorld(mode);
  let heard: { by: string; data: unknown; attempt: number }[] = [];
  let release: (() => void)[] = [];
  beforeEach(() => {
    heard = [];
    release = [];
  });
  afterEach(() => release.forEach((each) => each()));

  /** @param by who says that it heard */
  function listener(by: string, isStuck = false): Type {
    @Controller()
    class Listener {
      @EventPattern<string>('user.offline')
      onShared(@Payload() data: unknown): void {
        heard.push({ by, data, attempt: 1 });
      }

      @EventPattern<string>('order.paid', { delivery: 'one-per-service' })
      async onStreamed(@Payload() data: unknown, @Ctx() { attempt }: RedisTransportContext): Promise<void> {
        heard.push({ by, data, attempt });
        if (isStuck) await new Promise<void>((resolve) => release.push(resolve));
      }

      @EventPattern<string>('order.refused', { delivery: 'one-per-service' })
      onRefused(@Payload() data: unknown): void {
        heard.push({ by, data, attempt: 1 });
        throw new Error('a listener that fails');
      }
    }
    return Listener;
  }

  const emit = async (client: ReturnType<typeof world.client>, pattern: string, data: unknown): Promise<void> => {
    await lastValueFrom(client.emit<unknown>(pattern, data), { defaultValue: undefined });
  };
  const who = (): string[] => heard.map(({ by }) => by).sort();

  test('an event reaches every replica of every service, once', async () => {
    await world.start(listener('a1'), { service: 'a' });
    await world.start(listener('a2'), { service: 'a' });
    await world.start(listener('b1'), { service: 'b' });
    await emit(world.client(), 'user.offline', { user: 'alice' });
    await until(() => heard.length === 3, { what: 'three to hear of it' });
    expect(who()).toEqual(['a1', 'a2', 'b1']);
    expect(heard[0]?.data).toEqual({ user: 'alice' });
    expect(await world.admin.exists(world.keys.events('user.offline'))).toBe(0);
  });

  test('where it is declared, one replica of each service handles it: 300 events, 300 times a service', async () => {
    const services = ['a', 'a', 'b', 'b', 'b'];
    await Promise.all(services.map((service) => world.start(listener(service), { service })));
    const client = world.client();
    await Promise.all(Array.from({ length: 300 }, (_, n) => emit(client, 'order.paid', n)));
    await until(() => heard.length >= 600, { what: 'all of them' });
    for (const service of ['a', 'b']) {
      const numbers = heard.filter(({ by }) => by === service).map(({ data }) => Number(data));
      expect(numbers.sort((x, y) => x - y)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    }
  });

  test('such an event waits for a service that is away, and one whose replica died is taken over', async () => {
    const first = await world.start(listener('first', true), { service: 'a' });
    const client = world.client();
    await emit(client, 'order.paid', 1);
    await until(() => heard.length === 1, { what: 'the first to begin' });
    abandon(first);
    await emit(client, 'order.paid', 2);
    await world.start(listener('second'), { service: 'a' });
    const bySecond = (): unknown[] => heard.filter(({ by }) => by === 'second').map(({ data }) => data);
    await until(() => bySecond().length >= 2, { what: 'the second to handle both', deadlineMs: 8000 }).catch(() => 0);
    expect(bySecond().sort()).toEqual([1, 2]);
    expect(heard.find(({ by, data }) => by === 'second' && data === 1)?.attempt).toBe(2);
  }, 20_000);

  test('a listener that fails is counted, and its event is over', async () => {
    const { counts, server } = await world.start(listener('a'), { service: 'a' });
    await emit(world.client(), 'order.refused', 1);
    await until(() => counts.get('failed') === 1 && server.runningCount === 0, { what: 'the failure' });
    const [pending] = await world.admin.xpending(world.keys.events('order.refused'), 'a');
    expect(pending).toBe(0);
  });

  test('malformed events are dropped and counted', async () => {
    const { counts } = await world.start(listener('a'), { service: 'a' });
    for (const text of ['no json', '[]', '{"pattern":"user.offline"}', '{"pattern":"other","data":1}']) {
      await world.admin.spublish(world.keys.eventChannel('user.offline'), text);
    }
    await world.admin.xadd(world.keys.events('order.paid'), '*', 'v', '1', 'packet', 'no json');
    await until(() => counts.get('malformed') === 5, { what: 'five to be counted' });
    await emit(world.client(), 'user.offline', 1);
    await until(() => heard.length === 1, { what: 'the next to be heard' });
  });

  test('the stream of an event is capped', async () => {
    await world.start(listener('a'), { service: 'a' });
    const client = world.client({ maxStreamLength: 100 });
    await Promise.all(Array.from({ length: 1000 }, (_, n) => emit(client, 'order.paid', n)));
    expect(await world.admin.xlen(world.keys.events('order.paid'))).toBeLessThan(300);
  });

  test('handlers of one event that declare it differently are refused', async () => {
    @Controller()
    class Divided {
      @EventPattern<string>('order.paid')
      one(): void {}

      @EventPattern<string>('order.paid', { delivery: 'one-per-service' })
      other(): void {}
    }
    await expect(world.start(Divided)).rejects.toThrow('declare different deliveries');
  });
});
