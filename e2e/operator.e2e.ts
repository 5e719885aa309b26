// What operators see: numbers that move with what happens, a gateway that is killed and gone, the same live for whoever
// watches and for nobody else, and the pages.
import { type NodesAnswer, nodesAnswer, scriptsAnswer, type StatsAnswer, statsAnswer } from '@fanfare/contracts';
import { holds, type Service, until } from '@fanfare/testing';
import { publish } from './acts.js';
import { useStage } from './stage.js';

const LEASE_SECONDS = 3;
const CONSOLE = 'fanfare.console';
const TIMELINE = `user:${CONSOLE}`;
const stage = useStage({ gateways: 2, apis: 2, env: { FANFARE_LEASE_SECONDS: String(LEASE_SECONDS) } });

/** As its schema says, and with nothing that it does not. */
async function see<T>(what: string, schema: { parse(body: unknown): T }): Promise<T> {
  const { status, body } = await stage.api.call('GET', `/v1/${what}`);
  expect(status).toBe(200);
  const parsed = schema.parse(body);
  expect(body).toEqual(parsed);
  return parsed;
}
const stats = () => see('stats', statsAnswer);
const nodes = () => see('nodes', nodesAnswer);
const scripts = () => see('scripts', scriptsAnswer);
/** As all services counted them. */
async function callsOf(script: string): Promise<number> {
  return (await scripts()).scripts.find(({ name }) => name === script)?.calls ?? -1;
}

test('numbers move when messages are sent, and each gateway says what it did', async () => {
  const before = await stats();
  expect(before).toMatchObject({ nodes: 2, lanes: { urgent: 0, bulk: 0 }, deadLetters: 0 });
  const alice = stage.name('alice');
  for (const gateway of [0, 1]) await stage.connectSynced(alice, { gateway });
  for (let count = 0; count < 5; count += 1) await publish(stage.api, { to: { user: alice }, payload: count });
  const moved = async () => {
    const now = await stats();
    const isMoved = now.published >= before.published + 5 && now.delivered >= before.delivered + 10;
    return isMoved && now.sessions === 2 && now.connections === 2 && now.usersOnline >= 1 ? now : undefined;
  };
  const now = await until(moved, { what: 'all numbers to move', deadlineMs: 20_000 });
  expect(now.delivery.messages).toBeGreaterThanOrEqual(10);
  expect(now.delivery.p99Ms).toBeGreaterThanOrEqual(now.delivery.p50Ms ?? Infinity);
  expect(now.redis.primaries.length).toBeGreaterThan(0);
  expect(now.redis.primaries[0]).toMatchObject({ state: 'ok', role: 'master', aofLastWriteStatus: 'ok' });
  expect(now.countedSince).toBe(before.countedSince);
  const seen = await nodes();
  expect(new Set(seen.nodes.map(({ pid }) => pid))).toEqual(new Set(stage.fanfare.gateways.map(({ pid }) => pid)));
  for (const node of seen.nodes) {
    expect(node).toMatchObject({ state: 'alive', sessions: 1, gaps: 0, delivered: expect.any(Number) as number });
    expect(node.linkSequence).toBeGreaterThanOrEqual(5);
  }
}, 60_000);

test('every script is there with its SHA, loaded, and counted', async () => {
  const { scripts: all, primaries } = await scripts();
  expect(all.length).toBeGreaterThan(60);
  for (const { name, sha, loaded } of all) {
    expect([name, sha.length, loaded]).toEqual([name, 40, true]);
  }
  const renew = await until(
    async () => (await scripts()).scripts.find((it) => it.name === 'node/renew' && it.calls > 0),
    { what: 'calls of node/renew' },
  );
  expect(renew.meanMs).toBeGreaterThan(0);
  for (const primary of primaries) expect(primary.loaded).toBe(all.length);
});

test('a job that waits for its time is seen as scheduled', async () => {
  const { jobs } = await stats();
  await publish(stage.api, { to: { user: stage.name('bob') }, payload: 1, deliverAt: Date.now() + 3_600_000 });
  await until(async () => (await stats()).jobs.scheduled === jobs.scheduled + 1, { what: 'the scheduled job' });
});

test('whoever watches is sent the same, about every 2 s and by one api; while nobody does, nothing is sent', async () => {
  const sent = () => callsOf('timeline/ephemeral');
  await until(async () => (await sent()) >= 0, { what: 'the count' });
  const before = await sent();
  await holds(async () => (await sent()) === before, { what: 'nothing is sent', forMs: 5000, everyMs: 500 });

  const watcher = await stage.connectSynced(CONSOLE);
  const frames = await watcher.waitForMessages(TIMELINE, 6, 30_000);
  const byType = (type: string) => frames.filter(({ message }) => message.type === type);
  expect([byType('fanfare.stats').length, byType('fanfare.nodes').length]).toEqual([3, 3]);
  expect(frames[0]).not.toHaveProperty('offset');
  const live = byType('fanfare.stats').map(({ message }) => message.payload as StatsAnswer);
  expect(Object.keys(live[0] ?? {})).toEqual(Object.keys(await stats()));
  expect((byType('fanfare.nodes')[0]?.message.payload as NodesAnswer).nodes).toHaveLength(2);
  // Two apis that both sent would send one of each within less than half of that.
  const [first, , third] = live;
  expect((third?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(2500);

  await watcher.close();
  await until(async () => (await sent()) > before, { what: 'what was sent to be counted' });
  await until(
    async () => {
      const last = await sent();
      await holds(async () => (await sent()) === last, { what: 'nothing is sent', forMs: 5000, everyMs: 500 });
      return true;
    },
    { what: 'the end of it', deadlineMs: 20_000 },
  );
}, 90_000);

describe('the pages', () => {
  const page = (path: string) => fetch(`${stage.fanfare.apis[0]?.url}${path}`);

  test('a deep link into the console answers the page, with its headers and without a key', async () => {
    const answer = await page('/console/users/alice');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    const text = await answer.text();
    const gateway = `ws://127.0.0.1:${stage.fanfare.gateways[0]?.port}`;
    expect(answer.headers.get('content-security-policy')).toContain(`connect-src 'self' ${gateway};`);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(text) ?? [];
    const asset = await page(script);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  });

  test('the demo, and with it the key, is there only with the setting, which is refused where others can come', async () => {
    for (const path of ['/demo/', '/demo/config.json']) {
      const answer = await page(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('FANFARE_DEMO=true') as string });
    }
    const withDemo = await stage.fanfare.startAnother('api', { FANFARE_DEMO: 'true' });
    try {
      const config = await fetch(`${withDemo.url}/demo/config.json`);
      expect(await config.json()).toMatchObject({ api: '', key: stage.fanfare.credentials.adminKey });
    } finally {
      await withDemo.stop();
    }
    const open = stage.fanfare.startAnother('api', { FANFARE_DEMO: 'true', FANFARE_HOST: '0.0.0.0' });
    await expect(open).rejects.toThrow('FANFARE_DEMO');
  });
});

test('a gateway that is killed is seen as gone soon after its lease, and one that stops as having left', async () => {
  const [victim] = stage.fanfare.gateways as [Service, ...Service[]];
  const { pid } = victim;
  const id = (await nodes()).nodes.find((node) => node.pid === pid)?.id;
  expect(id).toBeDefined();
  const isGone = async () => (await nodes()).nodes.every((node) => node.id !== id);
  await holds(async () => !(await isGone()), { what: 'the gateway is there while it lives', forMs: 1000 });
  await victim.kill();
  // A lease from its last renewal, a look each second, and the slowness of a busy machine.
  await until(isGone, { what: 'the gateway to be gone', deadlineMs: (LEASE_SECONDS + 10) * 1000 });
  // Another api may have looked up to a second before.
  const gone = await until(async () => (await nodes()).gone[0], { what: 'the api to list it' });
  expect(gone).toMatchObject({ id, reason: 'died', pid });
  await until(async () => (await stats()).nodes === 1, { what: 'the stats to say so' });

  const another = await stage.fanfare.startAnother('push-gateway');
  const its = await until(async () => (await nodes()).nodes.find((node) => node.pid === another.pid), {
    what: 'the new gateway',
  });
  await another.stop();
  await until(async () => (await nodes()).gone.some((node) => node.id === its.id && node.reason === 'left'), {
    what: 'the gateway to have left',
  });
}, 60_000);
