// Redis goes away and comes back, with nothing of what it held: calls end by their deadline, everything works again.
import { until } from '@fanfare/testing';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { RpcTimeoutError } from './rpc-errors.js';
import { transportWorld } from './world.fixture.js';

describe.each(['single', 'cluster'] as const)('on Redis, %s', (mode) => {
  const world = transportWorld(mode);
  /** Once for so long; what is different on a cluster has nothing to do with it. */
  const awayMs = mode === 'single' ? 5000 : 0;
  const events: unknown[] = [];
  let begun = 0;

  @Controller()
  class Shop {
    @MessagePattern('shop.echo.v1')
    echo(@Payload() data: unknown): unknown {
      return data;
    }

    @MessagePattern('shop.never.v1')
    never(): Promise<never> {
      begun += 1;
      return new Promise(() => undefined);
    }

    @EventPattern<string>('user.offline')
    onShared(@Payload() data: unknown): void {
      events.push(data);
    }

    @EventPattern<string>('order.paid', { delivery: 'one-per-service' })
    onStreamed(@Payload() data: unknown): void {
      events.push(data);
    }
  }

  test('calls in flight and new ones end by their deadline, and all is back by itself', async () => {
    const replicas = await Promise.all([world.start(Shop), world.start(Shop)]);
    const client = world.client({ deadlineMs: 1500 });
    const echo = (data: unknown): Promise<unknown> => firstValueFrom(client.send<unknown>('shop.echo.v1', data));
    await expect(echo(1)).resolves.toBe(1);
    const [inFlight, startedAt] = [firstValueFrom(client.send('shop.never.v1', 1)), performance.now()];
    inFlight.catch(() => undefined);
    await until(() => begun === 1, { what: 'a call to be in flight' });
    const goneAt = performance.now();
    await world.redis.kill();
    const during = echo(2);
    await expect(inFlight).rejects.toThrow(RpcTimeoutError);
    await expect(during).rejects.toThrow(RpcTimeoutError);
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(replicas.some(({ server }) => server.isReady)).toBe(false);
    await until(() => performance.now() - goneAt >= awayMs, { what: 'it to have been away for so long' });

    await world.redis.restart();
    await until(() => echo(3), { what: 'calls to be answered again', deadlineMs: 15_000 });
    await until(() => replicas.every(({ server }) => server.isReady), { what: 'the replicas to be ready' });
    const emitted = async (pattern: string, data: unknown): Promise<void> => {
      await lastValueFrom(client.emit<unknown>(pattern, data), { defaultValue: undefined });
    };
    await until(
      async () => {
        events.length = 0;
        await emitted('user.offline', 'shared');
        await until(() => events.filter((data) => data === 'shared').length === 2, {
          what: 'both replicas to hear of it',
          deadlineMs: 500,
        });
        return true;
      },
      { what: 'events to reach both replicas again' },
    );
    await emitted('order.paid', 'once');
    await until(() => events.includes('once'), { what: 'the streamed event' });
    expect(events.filter((data) => data === 'once')).toHaveLength(1);
    begun = 0;
  }, 60_000);

  test('a call that can wait for Redis to come back is answered', async () => {
    await world.start(Shop);
    const client = world.client({ deadlineMs: 15_000 });
    await firstValueFrom(client.send('shop.echo.v1', 1));
    await world.redis.kill();
    await until(() => !world.redis.servers.some(({ isRunning }) => isRunning), { what: 'it to be gone' });
    const gone = client.unwrap<{ isReady: boolean }>();
    await until(() => !gone.isReady, { what: 'the client to notice' });
    const waiting = firstValueFrom(client.send<number>('shop.echo.v1', 7));
    await world.redis.restart();
    await expect(waiting).resolves.toBe(7);
  }, 60_000);
});
