// What a device that does not take its messages costs the gateway, and what it gets afterwards: one that stops reading, and
// one that logs in with very much missed. Bytes are counted at the transport, calls by what the gateway reads.
import { until } from '@fanfare/testing';
import { useGateways } from '../node/gateways.fixture.js';
import { FakeTransport } from './sessions.fixture.js';

const gateways = useGateways();
const KIB = 1024;

/** High water (256 KiB), and what was under way when it was reached: a page of 256 KiB at most. */
const BOUND = 512 * KIB;

/** A device that takes what was sent when it is waited for, unless it stopped reading. */
class Device extends FakeTransport {
  isReading = true;
  /** Sent to it and not taken yet, now and at most. */
  held = 0;
  mostHeld = 0;
  private wake: () => void = () => undefined;

  override send(frame: Buffer): void {
    super.send(frame);
    this.held += frame.length;
    this.mostHeld = Math.max(this.mostHeld, this.held);
    this.pendingBytes = this.held;
  }

  override async drained(): Promise<void> {
    if (!this.isReading) await new Promise<void>((resolve) => (this.wake = resolve));
    await new Promise((resolve) => setImmediate(resolve));
    this.held = 0;
    this.pendingBytes = 0;
  }

  readAgain(): void {
    this.isReading = true;
    this.wake();
  }
}

/** With the protection off: the gateway does not see what is unsent. */
class Unwatched extends Device {
  override send(frame: Buffer): void {
    super.send(frame);
    this.pendingBytes = 0;
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('a session that stops reading', () => {
  const MESSAGES = 2000;
  const text = 'x'.repeat(2 * KIB);

  /** A group with one who does not read and a neighbour, and so many messages to it. */
  async function stopsReading(transport: Device) {
    await gateways.memberships.join('g', ['slow', 'quick']);
    const runtime = await gateways.start();
    transport.isReading = false;
    await gateways.connectSynced(runtime, 'slow', { transport });
    const neighbour = new Device();
    await gateways.connectSynced(runtime, 'quick', { transport: neighbour });
    const pagesBefore = runtime.catchUp.pagesRead;
    for (let count = 0; count < MESSAGES; count += 50) {
      const some = upTo(50).map(() => gateways.publisher.publish({ to: { group: 'g' }, payload: text }));
      await Promise.all(some);
      await until(() => runtime.publications.counts.messages === count + 50, { what: 'the link', everyMs: 1 });
      await neighbour.drained();
    }
    return { neighbour, pages: runtime.catchUp.pagesRead - pagesBefore };
  }

  test('holds a bounded number of bytes, its neighbour gets all of it live, and it gets all of it later, in order', async () => {
    const slow = new Device();
    const { neighbour, pages } = await stopsReading(slow);
    expect(neighbour.offsets('group:g')).toEqual(upTo(MESSAGES));
    expect(pages).toBe(0); // nobody read on: not the neighbour, and not for the slow one
    expect(slow.mostHeld).toBeLessThan(BOUND);
    expect(slow.offsets('group:g').length).toBeLessThan(MESSAGES / 5);
    slow.readAgain();
    await until(() => slow.offsets('group:g').length >= MESSAGES, { what: 'all of it' });
    expect(slow.offsets('group:g')).toEqual(upTo(MESSAGES));
    expect(slow.mostHeld).toBeLessThan(BOUND);
  });

  test('control: where the gateway does not look at what is unsent, all of it waits in memory', async () => {
    const slow = new Unwatched();
    await stopsReading(slow);
    expect(slow.held).toBeGreaterThan(MESSAGES * text.length);
    expect(slow.held).toBeGreaterThan(4 * BOUND);
  });
});

describe('a login with very much missed', () => {
  const EVERY = 100;
  const PAGE = 128;

  /** So many messages to a group, of which each hundredth has expired; and where somebody was before the first. */
  async function missed(count: number, text = '') {
    const { memberships, publisher } = gateways;
    await memberships.join('g', ['u']);
    for (let first = 0; first < count; first += PAGE) {
      const numbers = upTo(Math.min(PAGE, count - first)).map((index) => first + index);
      const publish = (number: number): Promise<unknown> =>
        publisher.publish({ to: { group: 'g' }, payload: text, ...(number % EVERY === 0 && { ttlSeconds: 1 }) });
      await Promise.all(numbers.map(publish));
    }
    const lastExpiresAt = Date.now() + 1000;
    await until(() => Date.now() > lastExpiresAt, { what: 'the short-lived ones to expire' });
    const runtime = await gateways.start();
    const { session, status } = await gateways.connect(runtime, 'u');
    await runtime.sessions.close(session);
    const resume = { 'group:g': { offset: 0, epoch: status('group:g')['epoch'] } };
    return { runtime, resume, left: upTo(count).filter((offset) => offset % EVERY !== 0) };
  }

  test('of 100,000 costs bounded memory, is paged, counts unread exactly and passes over what has expired', async () => {
    const count = 100_000;
    const { runtime, resume, left } = await missed(count);
    const pagesBefore = runtime.catchUp.pagesRead;
    const transport = new Device();
    const { status } = await gateways.connectSynced(runtime, 'u', { transport, resume });
    expect(status('group:g')).toMatchObject({ head: count, from: 0, unread: count - count / EVERY });
    expect(transport.offsets('group:g')).toEqual(left);
    expect(transport.mostHeld).toBeLessThan(BOUND);
    expect(runtime.catchUp.pagesRead - pagesBefore).toBeGreaterThanOrEqual(Math.floor(left.length / PAGE) - 1);
    expect(transport.sent.map(({ event }) => event)).not.toContain('reset');
  }, 60_000);

  test('control: without looking at what is unsent all of it is in memory; and the log still has what has expired', async () => {
    const count = 5000;
    const { runtime, resume } = await missed(count, 'x'.repeat(KIB));
    const transport = Object.assign(new Unwatched(), { isReading: false });
    const { status } = await gateways.connectSynced(runtime, 'u', { transport, resume });
    expect(transport.held).toBeGreaterThan(count * 0.99 * KIB);
    expect(transport.held).toBeGreaterThan(4 * BOUND);
    // Head and read cursor alone would count too many, and the bare log would hand out what has expired.
    const log = await gateways.admin.llen(gateways.keys.group('g').log);
    expect([status('group:g')['head'], status('group:g')['unread'], log]).toEqual([count, count * 0.99, count]);
  });
});
