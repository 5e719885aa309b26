// Domain events as a team's own services hear them: every replica of a listener, or one of each service where it declares
// that. The listeners are Nest microservices in this process, what they hear of happens in Fanfare's.
import { jobProgress, membershipChanged, messageDeadLettered, userOffline, userOnline } from '@fanfare/contracts';
import { RedisTransportServer } from '@fanfare/redis-transport';
import { until } from '@fanfare/testing';
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload } from '@nestjs/microservices';
import { makeGroup, publish, range } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage({ gateways: 2, env: { FANFARE_GRACE_SECONDS: '1' } });

interface Heard {
  readonly by: string;
  readonly event: string;
  readonly once: boolean;
  readonly data: Record<string, unknown>;
}
const heard: Heard[] = [];

/** Listens to every event in both ways; the name of the second way is only in this table. */
function listener(by: string): Type {
  @Controller()
  class Everything {}
  for (const { pattern } of [userOnline, userOffline, membershipChanged, jobProgress, messageDeadLettered]) {
    const once = by.startsWith('billing');
    const handler = (data: Record<string, unknown>): void => void heard.push({ by, event: pattern, once, data });
    Object.defineProperty(Everything.prototype, pattern, { value: handler, writable: true, configurable: true });
    const descriptor = Object.getOwnPropertyDescriptor(Everything.prototype, pattern);
    if (!descriptor) throw new Error('it was defined above');
    Payload()(Everything.prototype, pattern, 0);
    EventPattern<string>(pattern, once ? { delivery: 'one-per-service' } : {})(
      Everything.prototype,
      pattern,
      descriptor as TypedPropertyDescriptor<typeof handler>,
    );
  }
  return Everything;
}

const replicas: INestMicroservice[] = [];

async function listen(name: string, service: string): Promise<void> {
  @Module({ controllers: [listener(name)] })
  class Listeners {}
  const strategy = new RedisTransportServer({ url: stage.redis.url, service });
  const app = await NestFactory.createMicroservice(Listeners, { strategy, logger: false });
  replicas.push(app);
  await app.listen();
}

let doomed: { readonly group: string; readonly id: string };

beforeAll(async () => {
  for (const name of ['audit-1', 'audit-2', 'billing-1', 'billing-2']) await listen(name, name.slice(0, -2));
  // Its five attempts take 15 s, in which the other tests run.
  const group = stage.name('group');
  doomed = { group, id: (await publish(stage.api, { to: { group }, payload: 1, deliverAt: Date.now() + 100 })).id };
});
afterAll(() => Promise.all(replicas.map((app) => app.close())));

/** Waits until both replicas of the one service and one of the other have heard it; nobody hears it more often. */
async function isHeard(event: string, fits: (data: Record<string, unknown>) => boolean): Promise<Heard['data']> {
  const found = (): Heard[] => heard.filter((each) => each.event === event && fits(each.data));
  await until(() => found().length >= 3, { what: `${event} to be heard`, deadlineMs: 30_000 });
  const who = found().map(({ by }) => by);
  expect(who.filter((by) => by.startsWith('audit')).sort()).toEqual(['audit-1', 'audit-2']);
  expect(who.filter((by) => by.startsWith('billing'))).toHaveLength(1);
  return found()[0]?.data ?? {};
}

const recently = expect.any(Number) as number;

test('user.online is heard when the first session opens and not at the second; user.offline after the grace', async () => {
  const user = stage.name('alice');
  const isTheirs = (data: Heard['data']): boolean => data['user'] === user;
  const phone = await stage.connectSynced(user);
  expect(await isHeard('user.online', isTheirs)).toEqual({ user, at: recently });
  const laptop = await stage.connectSynced(user);
  await phone.close();
  await laptop.close();
  expect(await isHeard('user.offline', isTheirs)).toEqual({ user, at: recently });
  await isHeard('user.online', isTheirs); // still one
  await stage.connectSynced(user);
  await until(() => heard.filter(({ event, data }) => event === 'user.online' && isTheirs(data)).length === 6, {
    what: 'the user to come online a second time',
  });
});

test('membership.changed is heard of joining and of leaving', async () => {
  const [group, user] = [stage.name('eng'), stage.name('alice')];
  await makeGroup(stage.api, group, user);
  await stage.api.leave(group, user);
  for (const state of ['joined', 'left']) {
    const data = await isHeard('membership.changed', (it) => it['group'] === group && it['state'] === state);
    expect(data).toEqual({ group, state, users: [user], at: recently });
  }
});

test('job.progress is heard at the end of a job, and seldom before', async () => {
  const prefix = stage.name('user');
  const users = range(1, 5000).map((number) => `${prefix}-${number}`);
  const startedAt = Date.now();
  const { id: job } = await publish(stage.api, { to: { users }, payload: 1 });
  const data = await isHeard('job.progress', (it) => it['job'] === job && it['state'] === 'done');
  expect(data).toEqual({ job, state: 'done', done: 5000, total: 5000, at: recently });
  const seconds = (Number(data['at']) - startedAt) / 1000;
  const reports = heard.filter((it) => it.data['job'] === job && it.by === 'audit-1');
  expect(reports.length).toBeLessThanOrEqual(1 + seconds);
});

test('message.dead-lettered is heard of a message that has had all its attempts, and job.progress with it', async () => {
  const { id, group } = doomed;
  const letter = await isHeard('message.dead-lettered', ({ message }) => message === id);
  expect(letter).toEqual({ message: id, error: expect.stringContaining(group) as string, at: recently });
  const progress = await isHeard('job.progress', ({ job }) => job === id);
  expect(progress).toEqual({ job: id, state: 'failed', done: 0, total: 1, at: recently });
}, 60_000);
