// `durability: "replicated"` against a primary and its replica: what is answered with 202 a replica holds; where none
// confirms it is 503 `not_replicated`, in time, and a retry with the key makes no second message.
import { loadSettings, type RunningService } from '@fanfare/service-kit';
import { ApiClient, type PublishBody, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { startApi } from '../start.js';

const adminKey = 'key-of-this-spec';
const waitSeconds = 0.4;
/** A barrier that finds another on its way waits for both, and for what its own calls take. */
const boundMs = 2 * waitSeconds * 1000 + 1500;

let primary: ThrowawayRedis;
let replica: ThrowawayRedis;
let api: RunningService;
let strict: RunningService;
let client: ApiClient;

const settings = (more: Record<string, string> = {}) =>
  loadSettings(['adminKey', 'tokenSecret'], {
    ...{ FANFARE_REDIS_URL: primary.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: 'x'.repeat(32) },
    ...{ API_PORT: '0', LOG_LEVEL: 'silent', FANFARE_PARTITIONS: '4' },
    ...{ FANFARE_REPLICA_WAIT_SECONDS: String(waitSeconds), ...more },
  });
const admin = (redis: ThrowawayRedis) => {
  const [server] = redis.servers;
  if (!server) throw new Error('a started Redis has a server');
  return server.connection();
};
const signal = (redis: ThrowawayRedis, name: NodeJS.Signals): void =>
  void process.kill(redis.servers[0]?.pid ?? 0, name);

async function isLinked(): Promise<boolean> {
  const connection = admin(replica);
  const info = await connection.info('replication').finally(() => connection.disconnect());
  return info.includes('master_link_status:up');
}

beforeAll(async () => {
  primary = await startRedis({ mode: 'single' });
  replica = await startRedis({ mode: 'single', args: ['--replicaof', '127.0.0.1', String(primary.port)] });
  await until(isLinked, { what: 'the replica to follow', deadlineMs: 20_000 });
  api = await startApi(settings());
  strict = await startApi(settings({ FANFARE_DURABILITY: 'replicated' }));
  client = new ApiClient(api.url, adminKey);
  await client.putGroup('g');
}, 60_000);
afterAll(async () => {
  await Promise.all([api?.close(), strict?.close()]);
  await replica?.stop();
  await primary?.stop();
});

const replicated = { payload: 1, durability: 'replicated' } as const;
const everyKind: [string, PublishBody, string][] = [
  ['a user', { ...replicated, to: { user: 'a' } }, 'published'],
  ['a group', { ...replicated, to: { group: 'g' } }, 'published'],
  ['all', { ...replicated, to: { all: true } }, 'published'],
  ['a list', { ...replicated, to: { users: ['a', 'b'] } }, 'queued'],
  ['a filter', { ...replicated, to: { all: true, where: { plan: 'pro' } } }, 'queued'],
  ['a user, later', { ...replicated, to: { user: 'a' }, deliverAt: Date.now() + 3_600_000 }, 'scheduled'],
];

test.each(everyKind)('to %s: accepted when the replica has it', async (_, body, state) => {
  const { status, body: answer } = await client.publish(body);
  expect([status, answer.state]).toEqual([202, state]);
  const [at, on] = [admin(primary), admin(replica)];
  const offset = (text: string): number => Number(/(?:master|slave)_repl_offset:(\d+)/.exec(text)?.[1]);
  const written = offset(await at.info('replication'));
  expect(written).toBeGreaterThan(0);
  await until(async () => offset(await on.info('replication')) >= written, { what: 'the same at the replica' });
  at.disconnect();
  on.disconnect();
});

describe('while the replica does not answer', () => {
  beforeAll(() => signal(replica, 'SIGSTOP'));
  afterAll(() => signal(replica, 'SIGCONT'));

  test.each(everyKind)('to %s: 503 not_replicated within its bound', async (_, body) => {
    const start = performance.now();
    const { status, body: answer } = await client.publish(body);
    expect([status, (answer as unknown as { code: string }).code]).toEqual([503, 'not_replicated']);
    expect(performance.now() - start).toBeLessThan(boundMs);
  });

  test('control: what does not ask for it is accepted', async () => {
    expect((await client.publish({ to: { user: 'a' }, payload: 1 })).status).toBe(202);
    expect((await client.publish({ to: { user: 'a' }, payload: 1, durability: 'stored' })).status).toBe(202);
  });

  test('of a batch those that ask for it are refused, each by itself', async () => {
    const to = { user: 'batch' };
    const { status, body } = await client.batch([
      { to, payload: 1 },
      { ...replicated, to },
      { to, payload: 3 },
    ]);
    const codes = body.results.map((result) => ('error' in result ? result.error?.code : result.state));
    expect([status, codes]).toEqual([200, ['published', 'not_replicated', 'published']]);
  });

  test('the setting asks for it where the request does not; the request may ask for less', async () => {
    const asked = new ApiClient(strict.url, adminKey);
    expect((await asked.publish({ to: { user: 'a' }, payload: 1 })).status).toBe(503);
    expect((await asked.publish({ to: { user: 'a' }, payload: 1, durability: 'stored' })).status).toBe(202);
    expect((await asked.publish({ to: { user: 'a' }, payload: 1, ephemeral: true })).status).toBe(202); // nothing to keep
  });

  test('many at once share the wait', async () => {
    const start = performance.now();
    const many = Array.from({ length: 50 }, (_, index) => client.publish({ ...replicated, to: { user: `m${index}` } }));
    const statuses = (await Promise.all(many)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(performance.now() - start).toBeLessThan(boundMs + waitSeconds * 1000);
  });
});

test('a retry with the key when the replica is back: one message, told as the one before', async () => {
  const body = { ...replicated, to: { user: 'retried' }, idempotencyKey: 'k1' };
  signal(replica, 'SIGSTOP');
  try {
    expect((await client.publish(body)).status).toBe(503);
    expect((await client.publish(body)).status).toBe(503); // a repeat is no proof either
  } finally {
    signal(replica, 'SIGCONT');
  }
  await until(isLinked, { what: 'the replica to follow again', deadlineMs: 20_000 });
  const { status, body: answer } = await client.publish(body);
  expect([status, answer.duplicate, answer.offset]).toEqual([200, true, 1]);
  const inbox = await client.inbox('retried');
  expect(inbox.body.messages).toHaveLength(1);
});

test('fault 4: an old primary that is cut off from its replica accepts nothing replicated, at once', async () => {
  const connection = admin(replica);
  await connection.replicaof('NO', 'ONE'); // promoted: from now on the primary has nobody
  try {
    const { status } = await client.publish({ ...replicated, to: { user: 'cut' } });
    expect(status).toBe(503);
    expect((await client.publish({ to: { user: 'cut' }, payload: 'the control' })).status).toBe(202);
  } finally {
    await connection.replicaof('127.0.0.1', String(primary.port));
    connection.disconnect();
  }
});

test('connections that break on the way end in an answer, and replicated publishing is good again by itself', async () => {
  await until(isLinked, { what: 'the replica to follow again', deadlineMs: 20_000 });
  const connection = admin(primary);
  const kill = async (): Promise<void> => {
    for (const line of String(await connection.client('LIST')).split('\n')) {
      const id = /name=fanfare-api-replicated/.test(line) ? /^id=(\d+)/.exec(line)?.[1] : undefined;
      if (id) await connection.client('KILL', 'ID', id);
    }
  };
  const answers: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const many = Array.from({ length: 20 }, () => client.publish({ ...replicated, to: { user: 'broken' } }));
    await kill();
    answers.push(...(await Promise.all(many)).map(({ status }) => status));
  }
  connection.disconnect();
  expect(answers.every((status) => [202, 503].includes(status))).toBe(true);
  await until(async () => (await client.publish({ ...replicated, to: { user: 'broken' } })).status === 202, {
    what: 'a replicated publish',
  });
});
