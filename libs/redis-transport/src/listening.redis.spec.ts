// What docs/extending.md promises of a team's own listener: a small Nest microservice, two replicas of it.
import { messageDeadLettered, userOnline } from '@fanfare/contracts';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import {
  ContractPipe,
  type DataOf,
  ListensTo,
  publishEvent,
  RedisTransportClient,
  RedisTransportServer,
} from './index.js';

const said: string[] = [];

@Controller()
class AuditController {
  @ListensTo(userOnline)
  online(@Payload(new ContractPipe(userOnline)) { user }: DataOf<typeof userOnline>): void {
    said.push(`${user} is online`);
  }

  @ListensTo(messageDeadLettered, { delivery: 'one-per-service' })
  deadLetter(@Payload(new ContractPipe(messageDeadLettered)) { message }: DataOf<typeof messageDeadLettered>): void {
    said.push(`${message} was given up`);
  }
}

@Module({ controllers: [AuditController] })
class AuditModule {}

let redis: ThrowawayRedis;
let client: RedisTransportClient;
const replicas: INestMicroservice[] = [];

beforeAll(async () => {
  redis = await startRedis({ mode: 'single' });
  client = new RedisTransportClient({ url: redis.url });
  for (let replica = 0; replica < 2; replica++) {
    const strategy = new RedisTransportServer({ url: redis.url, service: 'acme-audit' });
    const app = await NestFactory.createMicroservice(AuditModule, { strategy, logger: false });
    await app.listen();
    replicas.push(app);
  }
});
beforeEach(() => said.splice(0));
afterAll(async () => {
  await Promise.all(replicas.map((app) => app.close()));
  client.close();
  await redis.stop();
});

test('an event is heard by every replica', async () => {
  await publishEvent(client, userOnline, { user: 'alice', at: 1 });
  await until(() => said.length === 2, { what: 'both to hear of it' });
  expect(said).toEqual(['alice is online', 'alice is online']);
});

test('where it is declared, by one of them', async () => {
  for (const message of ['1', '2', '3']) await publishEvent(client, messageDeadLettered, { message, error: '', at: 1 });
  await publishEvent(client, userOnline, { user: 'alice', at: 1 });
  await until(() => said.length >= 5, { what: 'three letters, and two to hear of alice' });
  expect(said.filter((line) => line.endsWith('given up')).sort()).toEqual(
    ['1', '2', '3'].map((message) => `${message} was given up`),
  );
});

test('what does not fit the contract never reaches the handler', async () => {
  client.emit(userOnline.pattern, { user: 7 }).subscribe();
  await publishEvent(client, userOnline, { user: 'alice', at: 1 });
  await until(() => said.length === 2, { what: 'both to hear of alice' });
  expect(said).toEqual(['alice is online', 'alice is online']);
});
