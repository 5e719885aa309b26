// Redis is at its `maxmemory`: services still reach each other, because what makes room (leaving a group) is asked for.
import { until } from '@fanfare/testing';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { transportWorld } from './world.fixture.js';

describe.each(['single', 'cluster'] as const)('on Redis, %s', (mode) => {
  const world = transportWorld(mode);
  const heard: unknown[] = [];

  @Controller()
  class Shop {
    @MessagePattern('shop.echo.v1')
    echo(@Payload() data: unknown): unknown {
      return data;
    }

    @EventPattern<string>('user.offline')
    onShared(@Payload() data: unknown): void {
      heard.push(data);
    }

    @EventPattern<string>('order.paid', { delivery: 'one-per-service' })
    onStreamed(@Payload() data: unknown): void {
      heard.push(data);
    }
  }

  beforeEach(async () => {
    heard.length = 0;
    await world.start(Shop);
  });
  afterEach(() => world.admin.config('SET', 'maxmemory', '0'));

  test('requests are answered and events are heard', async () => {
    const client = world.client({ deadlineMs: 2000 });
    await client.connect();
    await world.admin.config('SET', 'maxmemory', '1');
    expect(await firstValueFrom(client.send<number>('shop.echo.v1', 1))).toBe(1);
    const emit = (pattern: string, data: unknown): Promise<unknown> =>
      lastValueFrom(client.emit<unknown>(pattern, data), { defaultValue: undefined });
    await emit('user.offline', 'shared');
    await emit('order.paid', 'streamed');
    await until(() => heard.length === 2, { what: 'both events' });
    expect([...heard].sort()).toEqual(['shared', 'streamed']);
  });

  test('control: by the bare command such a request is refused', async () => {
    await world.admin.config('SET', 'maxmemory', '1');
    await expect(world.admin.xadd(world.keys.calls('shop'), '*', 'v', '1')).rejects.toThrow('OOM');
  });
});
