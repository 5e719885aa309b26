// What the console is sent: only while somebody watches, by one of several apis, and without harm when Redis is away.
import { CONSOLE_USER, type NodesAnswer, type StatsAnswer } from '@fanfare/contracts';
import {
  connectRedis,
  consoleTurn,
  Keyspace,
  type RedisConnection,
  ScriptCaller,
  type ScriptRunner,
  UnavailableError,
} from '@fanfare/redis-scripts';
import { Presence, SessionRegistry } from '@fanfare/roster';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { ConsoleFeed } from './console-feed.js';

interface Sent {
  readonly to: unknown;
  readonly type?: string | undefined;
  readonly payload: unknown;
  readonly ephemeral?: boolean | undefined;
}

let redis: ThrowawayRedis;
let connection: RedisConnection;
let scripts: ScriptCaller;
let keys: Keyspace;
let registry: SessionRegistry;
let sent: Sent[];
let looks: number;
let troubles: string[];
let apps = 0;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  connection = await connectRedis(redis.url);
  scripts = new ScriptCaller(connection);
});
beforeEach(() => {
  keys = new Keyspace(`app${(apps += 1)}`, 8);
  registry = new SessionRegistry(scripts, keys, 3_600_000);
  [sent, looks, troubles] = [[], 0, []];
});
afterAll(async () => {
  scripts.close();
  connection.close();
  await redis.stop();
});

const stats = { at: 1 } as StatsAnswer;
const nodes = { at: 2, nodes: Array.from({ length: 101 }, (_, id) => ({ id: `n${id}` })), gone: [] };

function feed(runner: ScriptRunner = scripts): ConsoleFeed {
  const look = <T>(value: T): Promise<T> => {
    looks += 1;
    return Promise.resolve(value);
  };
  return new ConsoleFeed({
    scripts: runner,
    keys,
    presence: new Presence(runner, keys),
    overview: { stats: () => look(stats), nodes: () => look(nodes as unknown as NodesAnswer) },
    publisher: {
      publish: async (message) => {
        sent.push(message);
        return { id: '', state: 'published', online: true };
      },
    },
    onTrouble: ({ message }) => void troubles.push(message),
  });
}

const watch = (session: string) =>
  registry.open({ user: CONSOLE_USER, node: 'n1', device: '', session, resume: '', limit: 1 });

test('nothing is looked at and nothing sent while nobody watches, and again when the last one has gone', async () => {
  expect(await feed().tick()).toBe(false);
  await watch('s1');
  expect(await feed().tick()).toBe(true);
  await until(() => feed().tick(), { what: 'the next turn' });
  const before = sent.length;
  await registry.close(CONSOLE_USER, 's1', 'n1', 60_000); // still online, within the grace
  await until(async () => (await turn(1)) === 'OK', { what: 'the turn to be free' });
  expect(await feed().tick()).toBe(false);
  expect([sent.length, looks]).toEqual([before, before]);
});

test('who watches is sent the stats and the nodes, ephemeral, and no more nodes than a message holds', async () => {
  await watch('s1');
  await feed().tick();
  const to = { user: CONSOLE_USER };
  expect(sent).toMatchObject([
    { to, type: 'fanfare.stats', payload: stats, ephemeral: true },
    { to, type: 'fanfare.nodes', payload: { at: 2, gone: [] }, ephemeral: true },
  ]);
  expect((sent[1]?.payload as NodesAnswer).nodes).toHaveLength(100);
});

test('of several apis one sends', async () => {
  await watch('s1');
  const outcomes = await Promise.all([feed().tick(), feed().tick(), feed().tick()]);
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  expect(sent).toHaveLength(2);
});

const turn = async (ms: number) => (await consoleTurn(scripts, { turn: keys.consoleTurn }, { ms })).status;

test('a turn is one process’s until it ends: OK, TAKEN, OK', async () => {
  expect(await turn(60_000)).toBe('OK');
  expect(await turn(60_000)).toBe('TAKEN');
  await connection.primaries.of(keys.consoleTurn)?.redis.del(keys.consoleTurn);
  expect(await turn(1)).toBe('OK');
  await until(async () => (await turn(60_000)) === 'OK', { what: 'the turn to end by itself' });
});

test('a Redis that is away is told once, and again only after it was back', async () => {
  let isAway = true;
  const call = ((...args: Parameters<ScriptCaller['call']>) =>
    isAway
      ? Promise.reject(new UnavailableError('roster/presence', 'connection'))
      : scripts.call(...args)) as ScriptRunner['call'];
  const one = feed({ call });
  expect([await one.tick(), await one.tick()]).toEqual([false, false]);
  expect(troubles).toHaveLength(1);
  isAway = false;
  await one.tick();
  isAway = true;
  await one.tick();
  expect(troubles).toHaveLength(2);
});
