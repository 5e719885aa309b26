// A member who is removed while a device of theirs catches up: nothing that was accepted later reaches it, though pages
// come over another connection than the news of the removal, and may overtake it.
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Publisher } from '@fanfare/timelines';
import { FaultProxy, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { GatewayRuntime } from '../node/gateway-runtime.js';
import type { Session } from './session.js';
import { FakeTransport } from './sessions.fixture.js';

const settings = { leaseMs: 60_000, graceMs: 10_000, pingMs: 25_000, retentionAgeMs: 1e9 };
/** More than the node keeps in memory, and one page when it is read from Redis. */
const [MANY, TEXT] = [100, 'x'.repeat(2000)];

let redis: ThrowawayRedis;
let link: FaultProxy;
let direct: RedisConnection;
let slow: RedisConnection;
let scripts: ScriptCaller;
let runtime: GatewayRuntime;
let memberships: Memberships;
let publisher: Publisher;
let apps = 0;

beforeAll(async () => {
  redis = await startRedis({ mode: 'single' });
  link = await FaultProxy.open({ port: redis.port });
  direct = await connectRedis(redis.url);
  slow = await connectRedis(`redis://127.0.0.1:${link.port}`);
  scripts = new ScriptCaller(direct);
});
beforeEach(async () => {
  const keys = new Keyspace(`app${(apps += 1)}`, 1);
  memberships = new Memberships(scripts, keys);
  publisher = new Publisher(scripts, keys, { userMessages: 1000, sharedMessages: 1000, ageMs: 1e9 });
  runtime = new GatewayRuntime(slow, scripts, keys, settings);
  await runtime.node.open();
});
afterEach(async () => {
  runtime.catchUp.close();
  await runtime.node.close();
  link.resume();
});
afterAll(async () => {
  scripts.close();
  direct.close();
  slow.close();
  await link.close();
  await redis.stop();
});

/** A device that takes nothing until `takeAgain`. */
class StuckTransport extends FakeTransport {
  takeAgain: () => void = () => undefined;
  private readonly taken = new Promise<void>((resolve) => (this.takeAgain = resolve));

  override async drained(): Promise<void> {
    await this.taken;
    this.pendingBytes = 0;
  }
}

/** A member who has missed much when the link stalls, is removed then, and reads on after something more was accepted. */
async function removedWhileBehind(): Promise<StuckTransport> {
  await memberships.join('g', ['a', 'b']);
  const transport = new StuckTransport();
  let session: Session | undefined;
  const identity = { user: 'a', device: undefined, expiresAt: 0 };
  await runtime.sessions.connect(transport, identity, { resume: {} }, (opened) => (session = opened));
  await until(() => session?.isSynced, { what: 'the device to be caught up' });
  transport.pendingBytes = 1e9;
  for (let number = 1; number <= MANY; number += 1)
    await publisher.publish({ to: { group: 'g' }, payload: `${number} ${TEXT}` });
  await until(() => runtime.publications.counts.messages === MANY, { what: 'the node to have been told' });
  link.stall();
  await memberships.leave('g', ['a']);
  await publisher.publish({ to: { group: 'g' }, payload: 'not theirs' });
  transport.takeAgain();
  return transport;
}

const ofGroup = ({ sent }: FakeTransport, event: string) =>
  sent.filter(({ event: one, data }) => one === event && (data['timeline'] === 'group:g' || data['group'] === 'g'));
const payloads = (transport: FakeTransport): unknown[] =>
  ofGroup(transport, 'message').map(({ data }) => (data['message'] as { payload: unknown }).payload);

test('who was removed meanwhile gets nothing that was accepted later, and is told', async () => {
  const transport = await removedWhileBehind();
  await until(() => runtime.catchUp.pagesRead > 0, { what: 'a page to be asked for' });
  link.resume();
  await until(() => ofGroup(transport, 'membership').length > 0, { what: 'the removal to be told' });
  expect(payloads(transport)).not.toContain('not theirs');
  expect(ofGroup(transport, 'membership').map(({ data }) => data['state'])).toEqual(['left']);
});

test('who has joined again by then gets what came since, and nothing of what came between', async () => {
  const transport = await removedWhileBehind();
  await until(() => runtime.catchUp.pagesRead > 0, { what: 'a page to be asked for' });
  await memberships.join('g', ['a']);
  await publisher.publish({ to: { group: 'g' }, payload: 'theirs again' });
  link.resume();
  await until(() => payloads(transport).includes('theirs again'), { what: 'what came since' });
  expect(payloads(transport)).not.toContain('not theirs');
});

test('control: a node that does not wait for its link hands it on', async () => {
  jest.spyOn(runtime.node, 'received').mockResolvedValue();
  const transport = await removedWhileBehind();
  await until(() => payloads(transport).includes('not theirs'), { what: 'what is not theirs' });
});
