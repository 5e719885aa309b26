/** One replica of a service that answers a query, over Fanfare's transport or over Nest's own; a process of its own. */
import { RedisTransportServer } from '@fanfare/redis-transport';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type CustomStrategy, MessagePattern, type RedisOptions, Transport } from '@nestjs/microservices';

const [kind = '', port = ''] = process.argv.slice(2);
let handled = 0;

@Controller()
class EchoController {
  @MessagePattern('bench.echo.v1')
  echo(data: unknown): unknown {
    handled += 1;
    return data;
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

const ours = (): CustomStrategy => ({
  strategy: new RedisTransportServer({ host: '127.0.0.1', port: Number(port), service: 'bench' }),
});
const nests = (): RedisOptions => ({ transport: Transport.REDIS, options: { host: '127.0.0.1', port: Number(port) } });

const app = await NestFactory.createMicroservice(EchoModule, {
  ...(kind === 'fanfare' ? ours() : nests()),
  logger: ['error'],
});
await app.listen();
process.on('message', () => process.send?.({ handled }));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
