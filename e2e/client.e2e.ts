// The client library against a running Fanfare: whatever happens to its connection, listeners get every message once and
// in order.
import { Fanfare, memoryStorage, type PositionStorage } from '@fanfare/client';
import { FaultProxy, until, WebSocket } from '@fanfare/testing';
import { everyTarget, makeGroup } from './acts.js';
import { Cutter, seeded } from './cuts/cutter.js';
import { Feed, type Place } from './cuts/feed.js';
import { faultless, judge, type Judgement } from './cuts/judgement.js';
import { useStage } from './stage.js';

const seed = Number(process.env['FANFARE_TEST_SEED'] ?? 20_261_121);
const stage = useStage();
let proxy: FaultProxy;
let clients: Fanfare[];

beforeEach(async () => {
  clients = [];
  proxy = await FaultProxy.open({ port: Number(new URL(stage.gatewayUrl(0)).port) });
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await proxy.close();
});

interface Making {
  readonly user: string;
  readonly token: string;
  readonly handed: Place[];
  readonly storage: PositionStorage;
  readonly WebSocket?: typeof WebSocket;
}

/** A client that notes what it hands on, connected through the proxy. */
async function start({ token, handed, storage, WebSocket: own = WebSocket }: Making): Promise<Fanfare> {
  const retry = { baseMs: 10, capMs: 100 };
  const url = `ws://127.0.0.1:${proxy.port}`;
  const client = new Fanfare({ url, token: () => token, storage, WebSocket: own, retry });
  clients.push(client);
  client.on('message', ({ timeline, offset, payload }) => {
    if (offset !== undefined) handed.push({ timeline, offset, payload });
  });
  client.connect();
  await until(() => client.status === 'live', { what: 'the client to be live', everyMs: 2 });
  return client;
}

interface Ordeal {
  readonly cuts: number;
  readonly WebSocket?: typeof WebSocket;
}

/** So many cuts under a steady stream; every fiftieth time the client is replaced by a new one on the same storage. */
async function ordeal({ cuts, WebSocket: own }: Ordeal): Promise<Judgement & { readonly messages: number }> {
  const [user, group] = [stage.name('alice'), stage.name('eng')];
  await makeGroup(stage.api, group, user);
  const handed: Place[] = [];
  const making = {
    user,
    handed,
    token: await stage.token(user),
    storage: memoryStorage(),
    ...(own && { WebSocket: own }),
  };
  let client = await start(making);
  const feed = new Feed(stage.api, everyTarget(user, group));
  const cutter = new Cutter(proxy, seeded(seed));
  for (let number = 1; number <= cuts; number++) {
    await cutter.cut();
    const wanted = handed.length + cutter.below(6);
    const isThere = (): boolean => handed.length >= wanted;
    if (cutter.below(3) > 0) await until(isThere, { what: `a message after cut ${number} (seed ${seed})`, everyMs: 1 });
    if (number % 50 > 0) continue;
    await client.close();
    client = await start(making);
  }
  await feed.stop();
  const newest = new Map(feed.accepted.map((place) => [place.timeline, place.offset]));
  const hasNewest = ([timeline, offset]: [string, number]): boolean =>
    handed.some((place) => place.timeline === timeline && place.offset >= offset);
  await until(() => [...newest].every(hasNewest), { what: `the newest of each timeline (seed ${seed})` });
  expect(Object.keys(cutter.done).length).toBeGreaterThan(6);
  return { ...judge(feed.accepted, handed), messages: feed.accepted.length };
}

test('500 cuts at random moments lose nothing, repeat nothing, and disorder nothing', async () => {
  const { messages, ...judgement } = await ordeal({ cuts: 500 });
  expect(judgement).toEqual(faultless);
  expect(messages).toBeGreaterThan(500);
}, 180_000);

/** As a client that keeps no position: it names none, and knows none again, as every session is of another epoch. */
class Forgetful extends WebSocket {
  private static sessions = 0;
  private readonly number = (Forgetful.sessions += 1);

  override send(text: string): void {
    super.send(text.replace(/"resume":\{.*\}\}\}$/, '"resume":{}}}'));
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'message') return super.emit(event, ...args);
    const text = String(args[0]).replaceAll('"epoch":"', `"epoch":"${this.number}`);
    return super.emit(event, Buffer.from(text), false);
  }
}

test('control: a client that keeps no position hands on repeats', async () => {
  const { repeated } = await ordeal({ cuts: 40, WebSocket: Forgetful });
  expect(repeated).not.toEqual([]);
}, 90_000);

/** As a client that loses one frame in forty. */
class Leaky extends WebSocket {
  private frames = 0;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'message' && (this.frames += 1) % 40 === 20) return true;
    return super.emit(event, ...args);
  }
}

test('control: a client that drops frames is found out', async () => {
  const { lost } = await ordeal({ cuts: 40, WebSocket: Leaky });
  expect(lost).not.toEqual([]);
}, 90_000);
