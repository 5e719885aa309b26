// What time does to connections. The clock is the spec's own.
import { closeCodes } from '@fanfare/contracts';
import { ConnectionWatch, type WatchLimits } from './connection-watch.js';
import type { WebSocketConnection } from './web-socket-connection.js';

const limits = { pingMs: 1000, connectWithinMs: 5000, drainWithinMs: 60_000 };

/** The parts of a connection that the watch looks at. */
function connected(overrides: Partial<WebSocketConnection> = {}) {
  const told: string[] = [];
  let isOpen = true;
  const close = (code: number): void => {
    if (isOpen) told.push(String(code)); // as a connection does
    isOpen = false;
  };
  const connection = {
    openedAt: performance.now(),
    lastReceivedAt: performance.now(),
    unansweredPings: 0,
    expiresAt: 0,
    isConnecting: false,
    session: { behindSince: undefined },
    webSocket: { terminate: () => told.push('terminated') },
    send: (frame: Buffer) => told.push((JSON.parse(frame.subarray(2).toString()) as { event: string }).event),
    close,
    ...overrides,
  };
  return { told, connection: connection as unknown as WebSocketConnection };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function watching(...connections: WebSocketConnection[]): ConnectionWatch {
  return watchingWith({}, ...connections);
}
function watchingWith(others: Partial<WatchLimits>, ...connections: WebSocketConnection[]): ConnectionWatch {
  const watch = new ConnectionWatch({ ...limits, ...others });
  for (const connection of connections) watch.add(connection);
  return watch;
}
/** Looks every 100 ms for so long. */
function lookFor(watch: ConnectionWatch, ms: number): void {
  for (let passed = 0; passed < ms; passed += 100) {
    jest.advanceTimersByTime(100);
    watch.look();
  }
}

test('a client that never connects is closed after its time, not before', () => {
  const { connection, told } = connected({ session: undefined });
  const watch = watching(connection);
  lookFor(watch, limits.connectWithinMs);
  expect(told).toEqual([]);
  lookFor(watch, 100);
  expect(told).toEqual([String(closeCodes.unauthorized)]);
});

test('it is closed then also where no look comes just then', () => {
  const [silent, gone] = [connected({ session: undefined }), connected({ session: undefined })];
  const watch = watching(silent.connection, gone.connection);
  watch.connections.delete(gone.connection);
  jest.advanceTimersByTime(limits.connectWithinMs);
  expect(silent.told).toEqual([]);
  jest.advanceTimersByTime(100);
  expect([silent.told, gone.told]).toEqual([[String(closeCodes.unauthorized)], []]);
});

test('control: without the limit a client that never connects stays for good', () => {
  const { connection, told } = connected({ session: undefined });
  lookFor(watchingWith({ connectWithinMs: Infinity }, connection), 600_000);
  expect(told).toEqual([]);
});

test('a client whose connect is being carried out is not', () => {
  const { connection, told } = connected({ session: undefined, isConnecting: true });
  lookFor(watching(connection), 3 * limits.connectWithinMs);
  expect(told).toEqual([]);
});

test('a silent client is pinged, twice, and then closed and cut off', () => {
  const { connection, told } = connected();
  const watch = watching(connection);
  lookFor(watch, 900);
  expect(told).toEqual([]);
  lookFor(watch, 100);
  expect(told).toEqual(['ping']);
  lookFor(watch, 1000);
  expect(told).toEqual(['ping', 'ping']);
  lookFor(watch, 1000);
  expect(told).toEqual(['ping', 'ping', String(closeCodes.tooSlow)]);
  watch.connections.delete(connection);
  lookFor(watch, 1000);
  expect(told.at(-1)).toBe('terminated');
});

test('control: without pings a silent client stays for good', () => {
  const { connection, told } = connected();
  lookFor(watchingWith({ pingMs: Infinity }, connection), 600_000);
  expect(told).toEqual([]);
});

test('control: a client that answers is pinged on and never closed', () => {
  const { connection, told } = connected();
  const watch = watching(connection);
  for (let round = 0; round < 10; round += 1) {
    lookFor(watch, 1000);
    connection.lastReceivedAt = performance.now();
    connection.unansweredPings = 0;
  }
  expect(told).toEqual(new Array(10).fill('ping'));
});

test('a client that sends by itself is never pinged', () => {
  const { connection, told } = connected();
  const watch = watching(connection);
  for (let round = 0; round < 50; round += 1) {
    lookFor(watch, 500);
    connection.lastReceivedAt = performance.now();
  }
  expect(told).toEqual([]);
});

test('at the end of its token a session is closed; a fresh one keeps it', () => {
  const { connection, told } = connected({ expiresAt: Date.now() + 3000 });
  const watch = watching(connection);
  const stayAwake = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 500) {
      connection.lastReceivedAt = performance.now();
      lookFor(watch, 500);
    }
  };
  stayAwake(2500);
  connection.expiresAt = Date.now() + 5000;
  stayAwake(4500);
  expect(told).toEqual([]);
  stayAwake(500);
  expect(told).toEqual([String(closeCodes.unauthorized)]);
});

test('a session that has not drained for its time is closed; one that drained in between is not', () => {
  const session = { behindSince: performance.now() as number | undefined };
  const { connection, told } = connected({ session: session as never });
  const watch = watching(connection);
  const stayAwake = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 500) {
      connection.lastReceivedAt = performance.now();
      lookFor(watch, 500);
    }
  };
  stayAwake(50_000);
  session.behindSince = performance.now();
  stayAwake(limits.drainWithinMs);
  expect(told).toEqual([]);
  stayAwake(500);
  expect(told[0]).toBe(String(closeCodes.tooSlow));
});

test('closing all waits until what their ends left behind is done', async () => {
  jest.useRealTimers();
  const { connection, told } = connected();
  const watch = watching(connection);
  let finish: () => void = () => undefined;
  const closed = jest.fn();
  const closing = watch.closeAll(closeCodes.restarting, 'the gateway stops').then(closed);
  watch.closing(new Promise((resolve) => (finish = resolve)));
  watch.connections.delete(connection);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect([told, watch.isClosed, closed.mock.calls.length]).toEqual([[String(closeCodes.restarting)], true, 0]);
  finish();
  await closing;
  expect(closed).toHaveBeenCalled();
});
