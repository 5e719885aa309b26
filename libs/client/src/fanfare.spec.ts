import { memoryStorage, type PositionStorage } from './index.js';
import { pass, Scene, tokenOf, turns } from './peer.fixture.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const position = (offset: number, epoch = '1.a.1') => ({ offset, epoch });

describe('opening', () => {
  test('it introduces itself with token, device and nothing to resume, and is live after synced', async () => {
    const scene = new Scene({ device: 'phone' });
    expect(scene.fanfare.status).toBe('idle');
    await scene.live();
    expect(scene.peer.url).toBe('ws://gateway/v1/connect');
    expect(scene.peer.protocol).toBe('fanfare.v1.json');
    expect(scene.peer.sent[0]).toEqual({
      event: 'connect',
      data: { token: tokenOf('alice'), device: 'phone', resume: {} },
    });
    expect(scene.statuses.map(({ status }) => status)).toEqual(['connecting', 'catching-up', 'live']);
    expect([scene.fanfare.user, scene.fanfare.session]).toEqual(['alice', 's']);
  });

  test('connecting again while it is connected does nothing', async () => {
    const scene = new Scene();
    await scene.live();
    scene.fanfare.connect();
    await pass(1000);
    expect(scene.peers).toHaveLength(1);
  });

  test('a gateway that never answers is given up, and tried again', async () => {
    const scene = new Scene();
    scene.fanfare.connect();
    await turns();
    scene.peer.open();
    await pass(29_000);
    expect(scene.fanfare.status).toBe('connecting');
    await pass(2000);
    expect(scene.statuses).toContainEqual(expect.objectContaining({ status: 'waiting' }));
    expect(scene.peers).toHaveLength(2);
  });

  test('positions that do not fit into a frame are left out of it', async () => {
    const storage = memoryStorage();
    const names = Array.from({ length: 900 }, (_, index) => [`group:${'g'.repeat(100)}${index}`, position(1)] as const);
    await storage.save('fanfare:["ws://gateway/v1/connect","alice",null]', Object.fromEntries(names));
    const scene = new Scene({ storage });
    scene.fanfare.connect();
    await turns();
    scene.peer.open();
    expect(JSON.stringify(scene.peer.sent[0]).length).toBeLessThanOrEqual(64 * 1024);
    expect(Object.keys(scene.resume ?? {}).length).toBeGreaterThan(300);
  });
});

describe('messages', () => {
  test('come in order with their position, and as replayed before synced', async () => {
    const scene = new Scene();
    scene.fanfare.connect();
    await turns();
    const peer = scene.peer.welcome([{ head: 1, unread: 1 }]);
    peer.message(1);
    peer.say('synced');
    peer.message(2, '1.a.1', { from: 'bob' });
    expect(scene.messages).toEqual([
      expect.objectContaining({ timeline: 'user:alice', ...position(1), payload: 1, replayed: true }),
      expect.objectContaining({ timeline: 'user:alice', ...position(2), from: 'bob', replayed: false }),
    ]);
  });

  test('repeats are dropped, in one session and after a reconnect', async () => {
    const scene = new Scene();
    const first = await scene.live();
    for (const offset of [1, 2, 2, 1, 3]) first.message(offset);
    first.end(1006);
    const second = (await scene.again()).welcome();
    expect(scene.resume).toEqual({ 'user:alice': position(3) });
    for (const offset of [2, 3, 4]) second.message(offset);
    expect(scene.offsets).toEqual([1, 2, 3, 4]);
  });

  test('the same offset of another epoch is no repeat', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    peer.message(1);
    peer.message(1, '2.b.2');
    expect(scene.offsets).toEqual([1, 1]);
  });

  test('an ephemeral one has no position, moves none, and is not acknowledged', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    const message = { id: 'e', type: 'typing', priority: 'normal', at: 1, payload: 'x' };
    for (const _ of [1, 2]) peer.say('message', { timeline: 'user:alice', message });
    await pass(3000);
    expect(scene.messages).toEqual([1, 2].map(() => ({ ...message, timeline: 'user:alice', replayed: false })));
    expect(peer.of('ack')).toEqual([]);
  });

  test('are handed on one at a time, and stored and acknowledged only after their listeners', async () => {
    const storage = memoryStorage();
    const save = jest.spyOn(storage, 'save');
    const scene = new Scene({ storage });
    const begun: unknown[] = [];
    let done = (): void => undefined;
    scene.fanfare.on('message', async ({ offset }) => {
      begun.push(offset);
      await new Promise<void>((resolve) => (done = resolve));
    });
    const peer = await scene.live();
    for (const offset of [1, 2]) peer.message(offset);
    await pass(5000);
    expect(begun).toEqual([1]);
    expect(peer.of('ack')).toEqual([]);
    expect(save).toHaveBeenLastCalledWith(expect.any(String), { 'user:alice': position(0) });
    done();
    await pass(1000);
    expect(begun).toEqual([1, 2]);
    expect(peer.of('ack').map(({ data }) => data)).toEqual([{ 'user:alice': 1 }]);
    expect(save).toHaveBeenLastCalledWith(expect.any(String), { 'user:alice': position(1) });
  });

  test('are acknowledged at most once a second, all together', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    await pass(2000);
    for (let offset = 1; offset <= 50; offset++) {
      peer.message(offset);
      await pass(100);
    }
    await pass(2000);
    const acks = peer.of('ack').map(({ data }) => data['user:alice']);
    expect(acks.length).toBeLessThanOrEqual(7);
    expect(acks.at(-1)).toBe(50);
  });

  test('a listener that throws is reported, and stops nothing', async () => {
    const scene = new Scene();
    scene.fanfare.on('message', ({ offset }) => {
      if (offset === 1) throw new Error('poison');
      return offset === 2 ? Promise.reject(new Error('slow poison')) : undefined;
    });
    const peer = await scene.live();
    for (const offset of [1, 2, 3]) peer.message(offset);
    await pass(2000);
    expect(scene.offsets).toEqual([1, 2, 3]);
    expect(scene.errors.map(({ code, cause }) => [code, String(cause)])).toEqual([
      ['listener', 'Error: poison'],
      ['listener', 'Error: slow poison'],
    ]);
    expect(peer.of('ack').at(-1)?.data).toEqual({ 'user:alice': 3 });
  });

  test('where listeners let too many wait, it disconnects, and comes back when they are done', async () => {
    const scene = new Scene();
    const done: (() => void)[] = [];
    let isSlow = true;
    scene.fanfare.on('message', () => (isSlow ? new Promise<void>((resolve) => done.push(resolve)) : undefined));
    const peer = await scene.live();
    for (let offset = 1; offset <= 10_100; offset++) peer.message(offset);
    expect(peer.closedWith).toBe(1000);
    expect(scene.statuses.at(-1)).toEqual({ status: 'waiting', reason: 'listeners have too much to do' });
    await pass(120_000);
    expect(scene.peers).toHaveLength(1);
    isSlow = false;
    for (const resolve of done) resolve();
    await turns();
    scene.peer.welcome();
    const received = scene.messages.length;
    expect(scene.resume).toEqual({ 'user:alice': position(received) });
    expect(received).toBeGreaterThan(10_000);
    expect(received).toBeLessThan(10_100);
    scene.peer.message(received + 1);
    expect(scene.offsets.at(-1)).toBe(received + 1);
  });

  test('16 MiB that wait are too much as well', async () => {
    const scene = new Scene();
    scene.fanfare.on('message', () => new Promise(() => undefined));
    const peer = await scene.live();
    for (let offset = 1; offset <= 300; offset++) peer.message(offset, '1.a.1', { payload: 'x'.repeat(64 * 1024) });
    expect(peer.closedWith).toBe(1000);
  });

  test('unknown events, unknown fields and frames that are none are passed over', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    for (const text of ['', 'null', '[]', '7', '{"event":7}', '{"event":"message"}', new ArrayBuffer(2)])
      peer.sayText(text);
    for (const event of ['message', 'reset', 'read', 'retract', 'membership', 'connected', 'later'])
      peer.say(event, { x: 1 });
    peer.sayText('{"event":"message","later":1,"data":{"timeline":"all","message":{"id":"m","later":2},"later":3}}');
    expect(scene.messages).toEqual([{ id: 'm', later: 2, timeline: 'all', replayed: false }]);
    expect(scene.errors).toEqual([]);
    expect(scene.fanfare.status).toBe('live');
  });
});

describe('positions', () => {
  test('outlive the client in the storage, by address, user and device', async () => {
    const storage = memoryStorage();
    const first = new Scene({ storage });
    (await first.live()).message(7);
    await first.fanfare.close();
    const second = new Scene({ storage });
    await second.live();
    expect(second.resume).toEqual({ 'user:alice': position(7) });
    const others = [{ url: 'ws://other' }, { token: () => tokenOf('bob') }, { device: 'phone' }];
    for (const other of others) {
      const scene = new Scene({ storage, ...other });
      await scene.live();
      expect(scene.resume).toEqual({});
    }
  });

  test('two clients on one storage never move it backwards', async () => {
    const storage = memoryStorage();
    const [ahead, behind] = [new Scene({ storage }), new Scene({ storage })];
    const [one, other] = [await ahead.live(), await behind.live()];
    for (const offset of [1, 2, 3]) one.message(offset);
    await ahead.fanfare.close();
    other.message(1);
    await behind.fanfare.close();
    const third = new Scene({ storage });
    await third.live();
    expect(third.resume).toEqual({ 'user:alice': position(3) });
  });

  test('a reset lowers it, also in the storage, and what comes again is handed on', async () => {
    const storage = memoryStorage();
    const scene = new Scene({ storage });
    const resets: unknown[] = [];
    scene.fanfare.on('reset', (reset) => void resets.push(reset));
    const peer = await scene.live();
    for (const offset of [1, 2, 3]) peer.message(offset);
    await pass(2000);
    const reset = { timeline: 'user:alice', epoch: '1.a.1', from: 1, reason: 'rolled_back' };
    peer.say('reset', reset);
    await pass(2000);
    expect(resets).toEqual([reset]);
    peer.message(2);
    expect(scene.offsets).toEqual([1, 2, 3, 2]);
    await scene.fanfare.close();
    const next = new Scene({ storage });
    await next.live();
    expect(next.resume).toEqual({ 'user:alice': position(2) });
  });

  test('connected gives the ones that were missing, a new epoch, and takes away what is not the user’s any more', async () => {
    const scene = new Scene();
    await scene.live([{ from: 4 }, { timeline: 'group:eng', from: 2 }, { timeline: 'all', epoch: '' }]);
    scene.peer.end(1006);
    await scene.again();
    scene.peer.open();
    expect(scene.resume).toEqual({ 'user:alice': position(4), 'group:eng': position(2) });
    scene.peer.welcome([{ epoch: '2.b.2', from: 4 }]);
    scene.peer.end(1006);
    (await scene.again()).open();
    expect(scene.resume).toEqual({ 'user:alice': position(4, '2.b.2') });
  });

  test('after a removal from a group its position is forgotten', async () => {
    const scene = new Scene();
    const peer = await scene.live([{}, { timeline: 'group:eng', from: 2 }]);
    peer.say('membership', { group: 'eng', state: 'left' });
    peer.end(1006);
    (await scene.again()).open();
    expect(Object.keys(scene.resume ?? {})).toEqual(['user:alice']);
  });

  test('a storage that fails, or holds nonsense, costs a report and nothing else', async () => {
    const storage: PositionStorage = {
      load: () => ({ 'user:alice': { offset: -1, epoch: '' }, all: position(1) }),
      save: () => Promise.reject(new Error('full')),
    };
    const scene = new Scene({ storage });
    const peer = await scene.live();
    expect(scene.resume).toEqual({ all: position(1) });
    peer.message(1);
    await pass(2000);
    expect(scene.errors[0]).toMatchObject({ code: 'storage' });
    expect(peer.of('ack').at(-1)?.data).toEqual({ 'user:alice': 1 });
  });
});

describe('closing', () => {
  test('stores and acknowledges what was handled, says goodbye, and leaves no timer behind', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    await pass(2000);
    peer.message(1);
    await scene.fanfare.close();
    expect(peer.of('ack').at(-1)?.data).toEqual({ 'user:alice': 1 });
    expect(peer.closedWith).toBe(1000);
    expect(scene.statuses.at(-1)).toEqual({ status: 'closed' });
    expect(jest.getTimerCount()).toBe(0);
    expect(() => scene.fanfare.connect()).toThrow(/was closed for good/);
  });

  test.each(['idle', 'connecting', 'waiting'])('works while it is %s, and again', async (status) => {
    const scene = new Scene();
    if (status !== 'idle') scene.fanfare.connect();
    await turns();
    if (status === 'waiting') scene.peer.end(1006);
    expect(scene.fanfare.status).toBe(status);
    await Promise.all([scene.fanfare.close(), scene.fanfare.close()]);
    await pass(60_000);
    expect(scene.peers.length).toBeLessThan(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('from within a listener: what waits is not handed on, and what was handled counts', async () => {
    const storage = memoryStorage();
    const scene = new Scene({ storage });
    scene.fanfare.on('message', () => scene.fanfare.close());
    const peer = await scene.live();
    for (const offset of [1, 2]) peer.message(offset);
    await pass(2000);
    expect(scene.offsets).toEqual([1]);
    const next = new Scene({ storage });
    await next.live();
    expect(next.resume).toEqual({ 'user:alice': position(1) });
  });
});
