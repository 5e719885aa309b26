import { listenToPage } from './surroundings.js';
import { pass, type Peer, Scene, tokenOf, turns } from './peer.fixture.js';

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const waits = (scene: Scene): (number | undefined)[] =>
  scene.statuses.filter(({ status }) => status === 'waiting').map(({ retryInMs }) => retryInMs);

describe('backoff', () => {
  test('waits grow up to the cap, and begin anew after it was live', async () => {
    const scene = new Scene();
    scene.fanfare.connect();
    await turns();
    for (let attempt = 0; attempt < 9; attempt++) {
      scene.peer.end(1006);
      await scene.again();
    }
    expect(waits(scene)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    scene.peer.welcome().say('synced');
    scene.peer.end(1006);
    expect(waits(scene).at(-1)).toBe(250);
  });

  test('a session that never got live does not begin them anew', async () => {
    const scene = new Scene({ retry: { baseMs: 100, capMs: 1000 } });
    scene.fanfare.connect();
    await turns();
    for (let attempt = 0; attempt < 6; attempt++) {
      scene.peer.welcome().end(1012);
      await scene.again();
    }
    expect(waits(scene)).toEqual([50, 100, 200, 400, 500, 500]);
  });

  test.each([4429, 4503])('after %d it keeps away longer', async (code) => {
    const scene = new Scene();
    (await scene.live()).end(code);
    expect(waits(scene)).toEqual([3000]);
  });

  test.each([1000, 1001, 1006, 1012, 4408, 4999])('after %d it comes back', async (code) => {
    const scene = new Scene();
    (await scene.live()).end(code);
    expect(waits(scene)).toEqual([250]);
    await scene.again();
    expect(scene.errors).toEqual([]);
  });

  test('reconnect is obeyed: it acknowledges, goes, and comes back after that time', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    await pass(2000);
    peer.message(1);
    peer.say('reconnect', { afterMs: 7000 });
    expect(peer.sent.at(-1)).toMatchObject({ event: 'ack', data: { 'user:alice': 1 } });
    expect(peer.closedWith).toBe(1000);
    expect(waits(scene)).toEqual([7000]);
    await pass(6900);
    expect(scene.peers).toHaveLength(1);
    await pass(200);
    expect(scene.peers).toHaveLength(2);
  });
});

describe('what ends it', () => {
  test.each([
    [4403, 'forbidden_origin'],
    [4409, 'disconnected_by_backend'],
    [4400, 'protocol'],
    [1009, 'protocol'],
    [1008, 'protocol'],
  ])('%d is reported, and it stays away; connect() starts it anew', async (code, error) => {
    const scene = new Scene();
    (await scene.live()).end(code, 'why');
    await pass(120_000);
    expect(scene.errors).toMatchObject([{ code: error, message: expect.stringContaining('why') as string }]);
    expect(scene.statuses.at(-1)).toEqual({ status: 'closed', reason: error });
    expect(scene.peers).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
    await scene.live();
    expect(scene.fanfare.status).toBe('live');
  });

  test('4401 is answered with fresh tokens; three refused in a row end it', async () => {
    let count = 0;
    const scene = new Scene({ token: () => `${tokenOf('alice')}${(count += 1)}` });
    (await scene.live()).end(4401);
    await scene.again();
    scene.peer.welcome().end(4401); // accepted in between: counted anew
    for (let refusal = 0; refusal < 2; refusal++) {
      await scene.again();
      scene.peer.open().end(4401);
    }
    await pass(60_000);
    expect(scene.errors).toMatchObject([{ code: 'unauthorized' }]);
    expect(scene.fanfare.status).toBe('closed');
    expect(count).toBe(4);
  });

  test('the token of another user ends it', async () => {
    const users = ['alice', 'bob'];
    const scene = new Scene({ token: () => tokenOf(users.shift() ?? '') });
    (await scene.live()).end(1006);
    await pass(1000);
    expect(scene.errors).toMatchObject([{ code: 'user_changed' }]);
    expect(scene.peers).toHaveLength(1);
  });
});

/** So much time passes, and the gateway pings. */
async function pinged(peer: Peer, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    if (passed % 25 === 0) peer.say('ping');
    await pass(1000);
  }
}

describe('tokens', () => {
  test('a source that fails is asked again', async () => {
    let failures = 2;
    const scene = new Scene({
      token: () => (failures-- > 0 ? Promise.reject(new Error('no network')) : tokenOf('alice')),
    });
    scene.fanfare.connect();
    await scene.again();
    expect(scene.errors.map(({ code }) => code)).toEqual(['token', 'token']);
    expect(scene.peers).toHaveLength(1);
  });

  test('one that hangs is given up after 30 s', async () => {
    const scene = new Scene({ token: () => new Promise(() => undefined) });
    scene.fanfare.connect();
    await pass(31_000);
    expect(scene.errors).toMatchObject([{ code: 'token' }]);
    await scene.fanfare.close();
  });

  test('a fresh one is sent on the same socket before the old one ends, and again before that one does', async () => {
    const scene = new Scene({ device: 'phone', token: () => tokenOf('alice', 300) });
    const peer = await scene.live();
    for (let round = 1; round <= 3; round++) {
      await pinged(peer, 241);
      expect(peer.of('connect')).toHaveLength(round + 1);
    }
    const claims = String(peer.of('connect')[1]?.data['token']).split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'alice' });
    expect(peer.of('connect')[1]?.data).toMatchObject({ device: 'phone' });
    expect(scene.peers).toHaveLength(1);
  });

  test('refreshing goes on trying where the source fails', async () => {
    let isFailing = false;
    const token = (): string => {
      if (isFailing) throw new Error('down');
      return tokenOf('alice', 100);
    };
    const scene = new Scene({ token });
    const peer = await scene.live();
    isFailing = true;
    await pinged(peer, 85);
    expect(scene.errors.length).toBeGreaterThan(1);
    isFailing = false;
    await pass(10_000);
    expect(peer.of('connect')).toHaveLength(2);
  });
});

describe('silence', () => {
  test('pings are answered', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    peer.say('ping');
    expect(peer.sent.at(-1)).toEqual({ event: 'pong', data: {} });
  });

  test('a connection that is silent is asked, and given up where nothing comes', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    await pass(31_000);
    expect(peer.of('ping')).toEqual([]);
    await pass(2000);
    expect(peer.of('ping')).toHaveLength(1);
    await pass(10_000);
    expect(scene.peers).toHaveLength(2);
    expect(scene.messages).toEqual([]);
  });

  test('any answer is a sign of life, one that knows no such question too', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    for (let round = 0; round < 5; round++) {
      await pass(33_000);
      peer.say('error', { code: 'unknown_event', message: 'there is no event "ping"' }, 'ping');
    }
    expect(peer.of('ping').length).toBeGreaterThan(3);
    expect(scene.peers).toHaveLength(1);
    expect(scene.errors).toEqual([]);
  });

  test('control: with pings in time nothing is asked', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    for (let round = 0; round < 10; round++) {
      await pass(26_000);
      peer.say('ping');
    }
    expect(peer.of('ping')).toEqual([]);
    expect(scene.peers).toHaveLength(1);
  });

  test('what a socket says after it was given up is heard by nobody', async () => {
    const scene = new Scene();
    const first = await scene.live();
    await pass(44_000);
    const second = (await scene.again(0)).welcome();
    second.say('synced');
    first.message(1);
    first.say('reset', { timeline: 'user:alice', epoch: '9.9.9', from: 7, reason: 'trimmed' });
    first.end(4409);
    second.message(2);
    expect(scene.offsets).toEqual([2]);
    expect(scene.fanfare.status).toBe('live');
    second.end(1006);
    (await scene.again()).open();
    expect(scene.resume).toEqual({ 'user:alice': { offset: 2, epoch: '1.a.1' } });
  });
});

describe('in a page', () => {
  const page = new EventTarget();
  const navigator = { onLine: true };
  const names = ['addEventListener', 'removeEventListener', 'navigator', 'document'] as const;
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  let listeners = 0;

  beforeEach(() => {
    listeners = 0;
    const values = [
      (type: string, listener: () => void) => ((listeners += 1), page.addEventListener(type, listener)),
      (type: string, listener: () => void) => ((listeners -= 1), page.removeEventListener(type, listener)),
      navigator,
      { visibilityState: 'visible' },
    ];
    for (const [index, name] of names.entries()) {
      Object.defineProperty(globalThis, name, { value: values[index], configurable: true });
    }
  });
  afterEach(() => {
    navigator.onLine = true;
    for (const [index, name] of names.entries()) {
      const descriptor = before[index];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  });

  test('without a network it waits for the longest time, and hurries when it is back', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    navigator.onLine = false;
    peer.end(1006);
    expect(waits(scene)).toEqual([30_000]);
    await pass(10_000);
    navigator.onLine = true;
    page.dispatchEvent(new Event('online'));
    await pass(500);
    expect(scene.peers).toHaveLength(2);
  });

  test('what the gateway asked to wait is not hurried', async () => {
    const scene = new Scene();
    (await scene.live()).say('reconnect', { afterMs: 9000 });
    page.dispatchEvent(new Event('online'));
    await pass(8000);
    expect(scene.peers).toHaveLength(1);
  });

  test('when the network changes or the page is seen again, a connection that is dead is found out soon', async () => {
    const scene = new Scene();
    const peer = await scene.live();
    page.dispatchEvent(new Event('visibilitychange'));
    expect(peer.of('ping')).toHaveLength(1);
    await pass(6000);
    expect(scene.peers).toHaveLength(2);
  });

  test('a page that goes stores its positions before', async () => {
    const storage = { load: () => undefined, save: jest.fn() };
    const scene = new Scene({ storage });
    const peer = await scene.live();
    await pass(2000);
    peer.message(1);
    page.dispatchEvent(new Event('pagehide'));
    expect(storage.save).toHaveBeenLastCalledWith(expect.any(String), { 'user:alice': { offset: 1, epoch: '1.a.1' } });
  });

  test('no listener is left behind', async () => {
    const scene = new Scene();
    await scene.live();
    expect(listeners).toBe(5);
    await scene.fanfare.close();
    expect(listeners).toBe(0);
    listenToPage({ onChange: () => undefined, onLeave: () => undefined })();
    expect(listeners).toBe(0);
  });
});
