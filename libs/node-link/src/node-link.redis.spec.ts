// The links of a node on a real Redis: what was published comes in order, and what was missed is noticed and repaired.
import {
  connectRedis,
  Keyspace,
  type PartitionKeys,
  type RedisConnection,
  ScriptCaller,
  timelineEphemeral,
} from '@fanfare/redis-scripts';
import { holds, type RedisServer, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { NodeLink } from './node-link.js';
import type { Publication } from './publication.js';

const NODE = 'n1';
const USER = 'a';

let redis: ThrowawayRedis;
let admin: ReturnType<RedisServer['connection']>;
let connection: RedisConnection;
let scripts: ScriptCaller;
let keys: Keyspace;
let home: PartitionKeys;
let link: NodeLink;
let apps = 0;

/** What the node was told. */
let publications: Publication[];
let found: number[];
let errors: string[];
/** What the node does about a gap, and what it thinks that it holds. */
let onGap: () => Promise<void>;
let repairs: number;
let held: number;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  const [server] = redis.servers;
  if (!server) throw new Error('a started Redis has a server');
  admin = server.connection();
  connection = await connectRedis(redis.url);
  scripts = new ScriptCaller(connection);
});
beforeEach(async () => {
  keys = new Keyspace(`app${(apps += 1)}`, 2);
  home = keys.homeOf('user', USER);
  [publications, found, errors, repairs, held] = [[], [], [], 0, 0];
  onGap = () => Promise.resolve();
  // The node holds a session of the user, so it hears what is published to them.
  await admin.hset(home.sessions, USER, `s1\t${NODE}\t1\t`);
  link = new NodeLink(connection, scripts, keys, NODE, {
    onPublication: (_, publication) => void publications.push(publication),
    onGapFound: ({ index }) => void found.push(index),
    onGap: () => {
      repairs += 1;
      return onGap();
    },
    countHeld: (one) => (one === home ? held : 0),
    onError: (what) => void errors.push(what),
  });
  await link.open();
  await link.check(); // what it looked at by itself when the links were held is over, too
});
afterEach(() => link.close());
afterAll(async () => {
  scripts.close();
  connection.close();
  admin.disconnect();
  await redis.stop();
});

const publish = (id: string) => {
  const { state, audience } = keys.user(USER);
  const idem = `${home.prefix}idem/`;
  const args = { timeline: `user:${USER}`, id, priority: 2, fingerprint: '', idemMs: 0, json: id };
  return timelineEphemeral(scripts, { part: home.part, state, links: home.links, audience, idem }, args);
};
const publishMany = (from: number, count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => publish(String(from + index))));
const bodies = (): string[] => publications.map((one) => ('body' in one ? one.body.toString() : one.kind));
const cutLinks = () => admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
const numbers = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));
const isHeldAgain = async (): Promise<boolean> => {
  const counts = await admin.call('PUBSUB', 'SHARDNUMSUB', keys.linkChannel(home, NODE));
  return (counts as unknown[])[1] === 1;
};
const isRepaired = () => until(() => repairs > 0 && link.isWhole(home), { what: 'the gap to be repaired' });

test('what is published comes in order, each with the next sequence', async () => {
  await publishMany(0, 500);
  await until(() => publications.length === 500, { what: '500 publications' });
  expect(bodies()).toEqual(numbers(0, 500));
  expect(publications.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  expect(new Set(publications.map(({ fence }) => fence)).size).toBe(1);
});

test('control: without a loss no gap is found, however often it is looked', async () => {
  await publishMany(0, 20);
  for (let looks = 0; looks < 3; looks += 1) await link.check();
  await until(() => publications.length === 20, { what: '20 publications' });
  await holds(() => found.length === 0 && link.isWhole(home), { what: 'no gap', forMs: 1200 });
  expect([link.gaps, repairs, errors]).toEqual([0, 0, []]);
});

test('a publication that was lost is noticed by the next one, and repaired once', async () => {
  await publishMany(0, 3);
  await until(() => publications.length === 3, { what: 'three publications' });
  await cutLinks();
  await publish('lost');
  await until(async () => (await publish('later'), publications.length > 3), { what: 'the link to be back' });
  await isRepaired();
  expect(bodies()).not.toContain('lost');
  expect([found, repairs, link.gaps]).toEqual([[home.index], 1, 1]);
  await publish('next');
  await until(() => bodies().includes('next'), { what: 'the next publication' });
  await holds(() => found.length === 1 && link.isWhole(home), { what: 'no second gap', forMs: 1200 });
});

test('a publication that was lost is noticed also when nothing follows it', async () => {
  await publish('first');
  await until(() => publications.length === 1, { what: 'the first publication' });
  await cutLinks();
  await publish('lost');
  await isRepaired();
  expect([found, repairs, bodies()]).toEqual([[home.index], 1, ['first']]);
});

test('control: a break during which nothing is published is no gap', async () => {
  await publish('first');
  await until(() => publications.length === 1, { what: 'the first publication' });
  await cutLinks();
  await until(isHeldAgain, { what: 'the link to be back' });
  await publish('second');
  await until(() => publications.length === 2, { what: 'the second publication' });
  await holds(() => found.length === 0, { what: 'no gap', forMs: 1500 });
});

test('until the repair is done the partition is not whole, and the others are', async () => {
  let finish: () => void = () => undefined;
  onGap = () => new Promise((resolve) => (finish = resolve));
  await admin.hset(home.links, NODE, 5);
  await publish('6');
  await until(() => repairs === 1, { what: 'the repair to begin' });
  const other = keys.everyHome().find((one) => one !== home);
  expect([link.isWhole(home), other && link.isWhole(other), link.isWhole(keys.all.home)]).toEqual([false, true, true]);
  expect(bodies()).toEqual(['6']);
  finish();
  await until(() => link.isWhole(home), { what: 'the link to be whole' });
  expect(found).toHaveLength(1);
});

test('what is missed while a repair is going on is repaired too, as part of it', async () => {
  const whole: boolean[] = [];
  const missAnother = async (): Promise<void> => {
    whole.push(link.isWhole(home));
    if (repairs > 1) return;
    await admin.hincrby(home.links, NODE, 3);
    await publish('after another loss');
    await until(() => bodies().includes('after another loss'), { what: 'the publication' });
  };
  onGap = missAnother;
  await admin.hset(home.links, NODE, 5);
  await publish('6');
  await isRepaired();
  expect([found.length, repairs]).toEqual([2, 2]); // what came between may hide a hole: held again
  expect(whole).toEqual([false, false]);
});

test('a repair that fails is reported and tried again', async () => {
  onGap = () => (repairs === 1 ? Promise.reject(new Error('no')) : Promise.resolve());
  await admin.hset(home.links, NODE, 5);
  await publish('6');
  await isRepaired();
  expect([errors, repairs, found.length]).toEqual([['a link could not be repaired'], 2, 2]);
});

test('another history of Redis is noticed by looking', async () => {
  await publish('first');
  await link.check();
  await admin.hset(home.part, 'owner', 'f'.repeat(40));
  await link.check();
  await isRepaired();
  expect(found).toEqual([home.index]);
});

test('another number of holdings than the node has is noticed at the second look', async () => {
  await admin.sadd(keys.nodeHoldings(home, NODE), 'user\ta');
  await link.check();
  await holds(() => found.length === 0, { what: 'no gap at the first look', forMs: 200 });
  onGap = async () => void (held = 1);
  await link.check();
  await isRepaired();
  for (let looks = 0; looks < 3; looks += 1) await link.check();
  expect(found).toEqual([home.index]);
});

test('what is no publication is reported, and the link goes on', async () => {
  for (const text of ['', 'nonsense', '\n', '1.ab\t-1\tread\n'])
    await admin.spublish(keys.linkChannel(home, NODE), text);
  await publish('first');
  await until(() => publications.length === 1, { what: 'the publication' });
  expect(errors).toEqual(new Array(4).fill('a publication could not be read'));
  expect(found).toEqual([]);
});

test('a publication of an unknown kind has its place in the sequence', async () => {
  await publish('1');
  const first = await until(() => publications[0], { what: 'the first publication' });
  await admin.hset(home.links, NODE, 2);
  await admin.spublish(keys.linkChannel(home, NODE), `${first.fence}\t2\tof a later version\t1\n`);
  await publish('3');
  await until(() => publications.length === 3, { what: 'three publications' });
  expect([bodies(), found]).toEqual([['1', 'unknown', '3'], []]);
});

test('a link that was closed tells nothing more', async () => {
  await publish('1');
  await until(() => publications.length === 1, { what: 'the publication' });
  link.close();
  await admin.hset(home.links, NODE, 5);
  await publish('6');
  await link.check();
  await holds(() => publications.length === 1 && found.length === 0, { what: 'silence', forMs: 300 });
  expect(errors).toEqual([]);
});

test('what was published before something was read has been told when `received` resolves', async () => {
  await publish('1');
  await link.check();
  const fence = (await admin.hget(home.part, 'epoch')) ?? '';
  const sequence = Number(await admin.hget(home.links, NODE));
  await link.received(home, fence, sequence);
  expect([bodies(), sequence]).toEqual([['1'], 1]);
});

test('`received` of what does not come resolves when the gap has been found', async () => {
  await publish('1');
  const fence = (await admin.hget(home.part, 'epoch')) ?? '';
  await admin.hset(home.links, NODE, 2); // as if the second had been published to nobody
  await link.received(home, fence, 2);
  expect([found, link.isWhole(home)]).toEqual([[home.index], false]);
  await isRepaired();
});

test('nobody waits at a link that is closed', async () => {
  await publish('1');
  const fence = (await admin.hget(home.part, 'epoch')) ?? '';
  const waiting = link.received(home, fence, 9);
  link.close();
  await waiting;
  await link.received(home, fence, 9);
  expect(found).toEqual([]);
});
