// A session that asks for pages and does not read them holds one at most, and holds up nobody else.
import type { InboxPage } from '@fanfare/contracts';
import { InboxPages } from './inbox-pages.js';
import { FakeTransport, HIGH_WATER } from './sessions.fixture.js';
import { Session } from './session.js';

/** A device that takes nothing until it is told to. */
class StuckTransport extends FakeTransport {
  private readonly waiting: (() => void)[] = [];

  override drained(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  take(): void {
    this.pendingBytes = 0;
    for (const go of this.waiting.splice(0)) go();
  }
}

const empty: InboxPage = { messages: [], cursor: null };
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Each page that is answered lies in the socket as so many bytes. */
function pager(pageBytes: number) {
  const transport = new StuckTransport();
  const session = new Session('alice', '', transport, { highWaterBytes: HIGH_WATER }, () => undefined);
  const read: string[] = [];
  const pages = new InboxPages({
    page: async (user) => {
      read.push(user);
      return empty;
    },
  });
  const ask = async (): Promise<void> => {
    await pages.page(session, {});
    transport.pendingBytes += pageBytes;
  };
  return { transport, session, read, pages, ask };
}

test('while the device takes nothing no further page is read; each time it has taken it all, one is', async () => {
  const { transport, read, ask } = pager(HIGH_WATER + 1);
  const asked = Promise.all(Array.from({ length: 5 }, ask));
  await turns();
  expect(read).toHaveLength(1);
  for (let count = 2; count <= 5; count += 1) {
    transport.take();
    await turns();
    expect(read).toHaveLength(count);
  }
  await asked;
});

test('control: a device that takes its pages gets all that it asked for', async () => {
  const { read, ask } = pager(0);
  await Promise.all(Array.from({ length: 5 }, ask));
  expect(read).toHaveLength(5);
});

test('a page that fails is told to its own request, and the next one is read', async () => {
  const { session } = pager(0);
  let calls = 0;
  const pages = new InboxPages({
    page: () => ((calls += 1) === 1 ? Promise.reject(new Error('no')) : Promise.resolve(empty)),
  });
  const first = pages.page(session, {});
  const second = pages.page(session, {});
  await expect(first).rejects.toThrow('no');
  await expect(second).resolves.toEqual(empty);
});

test('of a session that ended while it waited nothing is read', async () => {
  const { transport, session, read, pages } = pager(0);
  transport.pendingBytes = HIGH_WATER + 1;
  const page = pages.page(session, {});
  session.isClosed = true;
  transport.take();
  await expect(page).rejects.toMatchObject({ code: 'unavailable' });
  expect(read).toEqual([]);
});
