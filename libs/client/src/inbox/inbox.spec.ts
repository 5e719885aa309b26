import { pass, Scene, turns } from '../peer.fixture.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const user = 'user:alice';

/** A live client whose badge says 3. */
async function scene(): Promise<Scene> {
  const made = new Scene();
  await made.live([
    { head: 5, read: 2, unread: 3, from: 5 },
    { timeline: 'group:eng', head: 1 },
  ]);
  return made;
}

describe('unread', () => {
  test('is what connected says, and goes up with what comes beyond it, but for the own', async () => {
    const one = await scene();
    const told: number[] = [];
    one.fanfare.on('unread', ({ total }) => void told.push(total));
    expect(one.fanfare.inbox.unread).toEqual({ total: 3, timelines: { [user]: 3, 'group:eng': 0 } });
    one.peer.message(6);
    one.peer.message(2, '1.a.1', { timeline: 'group:eng' });
    one.peer.message(3, '1.a.1', { timeline: 'group:eng', from: 'alice' });
    one.peer.message(1, '1.a.1', { timeline: 'topic:news' });
    expect(one.fanfare.inbox.unread).toEqual({ total: 5, timelines: { [user]: 4, 'group:eng': 1 } });
    expect(told).toEqual([4, 5]);
    expect(one.fanfare.inbox.unread).toBe(one.fanfare.inbox.unread);
  });

  test('what is caught up on is counted by connected already', async () => {
    const one = new Scene();
    one.fanfare.connect();
    await turns();
    one.peer.welcome([{ head: 2, unread: 2 }]);
    for (const offset of [1, 2, 3]) one.peer.message(offset);
    expect(one.fanfare.inbox.unread.total).toBe(3);
  });

  test('follows other sessions, retractions and memberships', async () => {
    const one = await scene();
    const reads: unknown[] = [];
    one.fanfare.on('read', (read) => void reads.push(read));
    one.peer.say('read', { timeline: user, read: 4, unread: 1 });
    expect(one.fanfare.inbox.unread.total).toBe(1);
    expect(reads).toEqual([{ timeline: user, read: 4, unread: 1 }]);
    for (const offset of [5, 5, 4, 9]) one.peer.say('retract', { timeline: user, offset });
    expect(one.fanfare.inbox.unread.total).toBe(0);
    one.peer.say('membership', { group: 'ops', state: 'joined', timeline: 'group:ops' });
    one.peer.message(1, '1.a.1', { timeline: 'group:ops' });
    expect(one.fanfare.inbox.unread.timelines).toEqual({ [user]: 0, 'group:eng': 0, 'group:ops': 1 });
    one.peer.say('membership', { group: 'ops', state: 'left' });
    expect(one.fanfare.inbox.unread.total).toBe(0);
  });

  test('is asked for after a reset', async () => {
    const one = await scene();
    one.peer.say('reset', { timeline: user, epoch: '2.b.2', from: 3, reason: 'rolled_back' });
    await pass(5000);
    const [{ data, ref } = { data: undefined, ref: undefined }] = one.peer.of('read');
    expect(data).toEqual({ timeline: user, upTo: 0 });
    one.peer.say('read', { timeline: user, read: 2, unread: 1 }, ref);
    await turns();
    expect(one.fanfare.inbox.unread.total).toBe(1);
    one.peer.message(4, '2.b.2');
    expect(one.fanfare.inbox.unread.total).toBe(2);
  });
});

describe('reading', () => {
  test('a message, an offset or several are marked, and the badge follows the answer', async () => {
    const one = await scene();
    const { inbox } = one.fanfare;
    const targets = [
      { timeline: user, offset: 5, payload: 1 },
      { timeline: user, upTo: 4 },
      { timeline: user, offsets: [3, 4] },
    ];
    const answers = targets.map((target) => inbox.read(target));
    const frames = one.peer.of('read');
    expect(frames.map(({ data }) => data)).toEqual([
      { timeline: user, offsets: [5] },
      { timeline: user, upTo: 4 },
      { timeline: user, offsets: [3, 4] },
    ]);
    for (const { ref } of frames) one.peer.say('read', { timeline: user, read: 4, unread: 0 }, ref);
    expect(await Promise.all(answers)).toEqual(targets.map(() => ({ read: 4, unread: 0 })));
    expect(inbox.unread.total).toBe(0);
    one.peer.say('retract', { timeline: user, offset: 5 });
    expect(inbox.unread.total).toBe(0);
  });

  test('a message that nothing keeps has nothing to be read', async () => {
    const one = await scene();
    expect(await one.fanfare.inbox.read({ timeline: user })).toEqual({ unread: 3 });
    expect(one.peer.of('read')).toEqual([]);
  });

  test('all: up to the newest that has come, where something is unread', async () => {
    const one = await scene();
    one.peer.message(6);
    const all = one.fanfare.inbox.readAll();
    const [frame, ...others] = one.peer.of('read');
    expect(others).toEqual([]);
    expect(frame?.data).toEqual({ timeline: user, upTo: 6 });
    one.peer.say('read', { timeline: user, read: 6, unread: 0 }, frame?.ref);
    await all;
    expect(one.fanfare.inbox.unread.total).toBe(0);
  });
});

describe('asking', () => {
  test('a page is what the gateway answers; without a cursor it is the last', async () => {
    const one = await scene();
    const query = { timeline: '*', limit: 2, unread: true };
    const pages = [one.fanfare.inbox.page(query), one.fanfare.inbox.page()];
    const [first, second] = one.peer.of('inbox');
    expect([first?.data, second?.data]).toEqual([query, {}]);
    const entry = { timeline: user, offset: 1, epoch: '1.a.1', read: true, message: { id: 'm' } };
    one.peer.say('inbox', { messages: [], cursor: null }, second?.ref);
    one.peer.say('inbox', { messages: [entry], cursor: 'c' }, first?.ref);
    expect(await Promise.all(pages)).toEqual([{ messages: [entry], cursor: 'c' }, { messages: [] }]);
  });

  test('what is asked before it is connected waits for it', async () => {
    const one = new Scene();
    one.fanfare.connect();
    const page = one.fanfare.inbox.page();
    await turns();
    one.peer.open();
    expect(one.peer.of('inbox')).toEqual([]);
    one.peer.welcome();
    one.peer.say('inbox', { messages: [], cursor: null }, one.peer.of('inbox')[0]?.ref);
    expect(await page).toEqual({ messages: [] });
  });

  test('errors reject with the code of the gateway', async () => {
    const one = await scene();
    const read = one.fanfare.inbox.read({ timeline: 'group:other', upTo: 1 });
    one.peer.say('error', { code: 'not_found', message: 'not theirs' }, one.peer.of('read')[0]?.ref);
    await expect(read).rejects.toMatchObject({ name: 'FanfareError', code: 'not_found', message: 'not theirs' });
  });

  test('no answer is a timeout, and one that comes too late is passed over', async () => {
    const one = await scene();
    const outcome = expect(one.fanfare.inbox.page()).rejects.toMatchObject({ code: 'timeout' });
    await pass(10_000);
    await outcome;
    one.peer.say('inbox', { messages: [], cursor: null }, one.peer.of('inbox')[0]?.ref);
    expect(one.errors).toEqual([]);
  });

  test('what was asked on a connection that breaks rejects, and so does all when it is closed', async () => {
    const one = await scene();
    const asked = expect(one.fanfare.inbox.page()).rejects.toMatchObject({ code: 'disconnected' });
    one.peer.end(1006);
    await asked;
    const waiting = expect(one.fanfare.inbox.page()).rejects.toMatchObject({ code: 'disconnected' });
    await one.fanfare.close();
    await waiting;
  });

  test('too many at once, and what is too large, is refused here', async () => {
    const one = await scene();
    const asked = Array.from({ length: 512 }, () => one.fanfare.inbox.page().catch(() => undefined));
    await expect(one.fanfare.inbox.page()).rejects.toMatchObject({ code: 'busy' });
    one.peer.end(1006);
    await Promise.all(asked);
    const large = one.fanfare.topic('news').publish('ü'.repeat(40_000));
    await expect(large).rejects.toMatchObject({ code: 'too_large' });
  });

  test('topics send their frames, and reject where the gateway does not know them', async () => {
    const one = await scene();
    const topic = one.fanfare.topic('news');
    const asked = [topic.subscribe(), topic.unsubscribe(), topic.publish({ n: 1 }, 'tick')];
    const sent = one.peer.sent.slice(-3);
    expect(sent.map(({ event, data }) => [event, data])).toEqual([
      ['subscribe', { topics: ['news'] }],
      ['unsubscribe', { topics: ['news'] }],
      ['publish', { topic: 'news', payload: { n: 1 }, type: 'tick' }],
    ]);
    for (const { ref } of sent) one.peer.say('error', { code: 'unknown_event', message: 'no' }, ref);
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'unknown_event' });
  });
});
