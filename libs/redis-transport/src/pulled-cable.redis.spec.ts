// The cable between a caller and Redis is pulled: no connection breaks, nothing comes any more. Calls end by their
// deadline all the same, and later ones are answered when it is back.
import { connectRedis } from '@fanfare/redis-scripts';
import { FaultProxy, holds, until } from '@fanfare/testing';
import { Controller } from '@nestjs/common';
import { ClientRedis, MessagePattern, Payload } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { RpcTimeoutError } from './rpc-errors.js';
import { transportWorld } from './world.fixture.js';

const world = transportWorld('single');
let proxy: FaultProxy;
beforeEach(async () => {
  proxy = await FaultProxy.open({ port: world.redis.port });
});
afterEach(() => proxy.close());

@Controller()
class Shop {
  @MessagePattern('shop.echo.v1')
  echo(@Payload() data: unknown): unknown {
    return data;
  }
}

test('calls end by their deadline, and are answered again when it is back', async () => {
  await world.start(Shop);
  const client = world.client({ url: `redis://127.0.0.1:${proxy.port}`, deadlineMs: 1000 });
  const echo = (data: number): Promise<number> => firstValueFrom(client.send<number>('shop.echo.v1', data));
  await expect(echo(1)).resolves.toBe(1);
  proxy.stall();
  await expect(echo(2)).rejects.toThrow(RpcTimeoutError);
  proxy.resume();
  await expect(until(() => echo(3), { what: 'an answer' })).resolves.toBe(3);
}, 30_000);

test('a replica whose connection breaks while it starts starts all the same', async () => {
  const connection = await connectRedis(`redis://127.0.0.1:${proxy.port}`);
  let cuts = 0;
  proxy.cutReplyOf('MKSTREAM', 1, () => void (cuts += 1));
  const { server } = await world.start(Shop, { connection });
  const client = world.client();
  expect(await firstValueFrom(client.send<number>('shop.echo.v1', 1))).toBe(1);
  expect([server.isReady, cuts]).toEqual([true, 1]);
  connection.close();
});

test('an event whose connection breaks is refused as one that may be published again', async () => {
  const client = world.client({ url: `redis://127.0.0.1:${proxy.port}` });
  await firstValueFrom(client.emit('shop.opened', 1), { defaultValue: undefined });
  proxy.cutReplyOf('shop.opened');
  const emitting = firstValueFrom(client.emit('shop.opened', 2), { defaultValue: undefined });
  await expect(emitting).rejects.toMatchObject({ name: 'Problem', code: 'unavailable' });
});

test('control: over Nest’s own transport such a call has no end', async () => {
  const client = new ClientRedis({ host: '127.0.0.1', port: proxy.port });
  await client.connect();
  proxy.stall();
  let isSettled = false;
  const settle = (): unknown => (isSettled = true);
  const call = client.send('shop.echo.v1', 1).subscribe({ next: settle, error: settle, complete: settle });
  await holds(() => !isSettled, { what: 'nobody is told', forMs: 2500 });
  proxy.resume();
  call.unsubscribe();
  await client.close();
}, 30_000);
