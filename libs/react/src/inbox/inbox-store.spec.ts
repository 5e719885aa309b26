import { entry, FakeClient } from '../client/fake-client.fixture.js';
import { type InboxOptions, InboxStore } from './inbox-store.js';
import { storeOf } from './stores.js';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

async function open(client: FakeClient, options?: InboxOptions) {
  const store = new InboxStore(client, options);
  endings.push(store.subscribe(() => undefined));
  await settled();
  const offsets = () => store.getSnapshot().messages.map(({ offset }) => offset);
  const readOffsets = () => store.getSnapshot().messages.flatMap(({ offset, read }) => (read ? [offset] : []));
  return { store, offsets, readOffsets };
}

function stored(count: number): FakeClient {
  const client = new FakeClient();
  client.stored = Array.from({ length: count }, (_, index) => entry(index + 1));
  return client;
}

describe('pages', () => {
  test('are put below each other until there is no more', async () => {
    const { store, offsets } = await open(stored(5), { pageSize: 2 });
    expect(offsets()).toEqual([5, 4]);
    expect(store.getSnapshot()).toMatchObject({ hasMore: true, isLoading: false });
    await store.loadMore();
    await store.loadMore();
    expect(offsets()).toEqual([5, 4, 3, 2, 1]);
    expect(store.getSnapshot().hasMore).toBe(false);
  });

  test('repeat nothing, although live messages have moved them', async () => {
    const client = stored(4);
    const { store, offsets } = await open(client, { pageSize: 2 });
    client.arrive(entry(5));
    await store.loadMore();
    await store.loadMore();
    expect(offsets()).toEqual([5, 4, 3, 2, 1]);
  });

  test('are one request at a time', async () => {
    const client = stored(6);
    const { store } = await open(client, { pageSize: 2 });
    await Promise.all([store.loadMore(), store.loadMore()]);
    expect(client.requests('page')).toHaveLength(2);
  });

  test('are asked for when the session stands, not before', async () => {
    const client = stored(2);
    client.status = 'connecting';
    const { store, offsets } = await open(client);
    expect(store.getSnapshot().isLoading).toBe(true);
    expect(client.requests('page')).toEqual([]);
    client.setStatus('live');
    await settled();
    expect(offsets()).toEqual([2, 1]);
  });

  test('that fail leave what is shown, say why, and can be asked for again', async () => {
    const client = stored(2);
    const { store, offsets } = await open(client);
    client.failure = new Error('timeout');
    await store.reload();
    expect(store.getSnapshot()).toMatchObject({ error: client.failure, isLoading: false });
    expect(offsets()).toEqual([2, 1]);
    client.failure = undefined;
    await store.reload();
    expect(store.getSnapshot().error).toBeUndefined();
  });
});

describe('live messages', () => {
  test('come on top, each place once', async () => {
    const client = stored(1);
    const { offsets } = await open(client);
    client.arrive(entry(2));
    client.arrive(entry(2));
    expect(offsets()).toEqual([2, 1]);
  });

  test('are kept where they arrive while a page is on its way that does not know them', async () => {
    const client = stored(2);
    const { store, offsets } = await open(client);
    let open_: () => void = () => undefined;
    client.gate = new Promise((resolve) => (open_ = resolve));
    const reloading = store.reload();
    client.arrive(entry(3));
    client.stored.pop();
    open_();
    await reloading;
    expect(offsets()).toEqual([3, 2, 1]);
  });

  test('without an offset are not kept, nor those of another timeline', async () => {
    const client = stored(1);
    const { offsets } = await open(client, { timeline: 'user:alice' });
    client.emit('message', { timeline: 'all', ...entry(9).message, replayed: false });
    client.arrive(entry(7, { timeline: 'group:eng' }));
    expect(offsets()).toEqual([1]);
  });

  test('of oneself are read', async () => {
    const client = new FakeClient();
    const { readOffsets } = await open(client);
    const own = entry(1);
    client.arrive({ ...own, message: { ...own.message, from: 'alice' } });
    expect(readOffsets()).toEqual([1]);
  });

  test('push out the oldest beyond the bound, and older ones are not offered any more', async () => {
    const client = stored(4);
    const { store, offsets } = await open(client, { pageSize: 2, maxMessages: 3 });
    await store.loadMore();
    expect(offsets()).toEqual([4, 3, 2]);
    for (let offset = 5; offset <= 50; offset++) client.arrive(entry(offset));
    expect(offsets()).toEqual([50, 49, 48]);
    expect(store.getSnapshot().hasMore).toBe(false);
  });
});

describe('reading', () => {
  test('is shown at once and told to the server', async () => {
    const client = stored(2);
    const { store, readOffsets } = await open(client);
    client.gate = new Promise(() => undefined);
    void store.read(entry(2));
    expect(readOffsets()).toEqual([2]);
    expect(client.requests('read')).toEqual([{ timeline: 'user:alice', offsets: [2] }]);
  });

  test('that the server refuses is undone', async () => {
    const client = stored(2);
    client.stored[0] = entry(1, { read: true });
    const { store, readOffsets } = await open(client);
    client.failure = new Error('unavailable');
    await store.readAll();
    expect(readOffsets()).toEqual([1]);
    expect(store.getSnapshot().error).toBe(client.failure);
  });

  test('everything of one timeline is a reading up to its newest', async () => {
    const client = stored(3);
    const { store, readOffsets } = await open(client, { timeline: 'user:alice' });
    await store.readAll();
    expect(client.requests('read')).toEqual([{ timeline: 'user:alice', upTo: 3 }]);
    expect(readOffsets()).toEqual([3, 2, 1]);
  });

  test('in another tab is shown: up to the cursor at once, single messages after asking', async () => {
    const client = stored(4);
    const { readOffsets } = await open(client);
    client.stored = client.stored.map((one) => (one.offset === 4 || one.offset === 1 ? { ...one, read: true } : one));
    client.emit('read', { timeline: 'user:alice', read: 1, unread: 2 });
    expect(readOffsets()).toEqual([1]);
    await settled();
    expect(readOffsets()).toEqual([4, 1]);
  });

  test('here is not asked for again, as in another tab it is', async () => {
    const client = stored(4);
    const { store } = await open(client, { pageSize: 3 });
    const told = { timeline: 'user:alice', read: 0, unread: 3 };
    let answer: () => void = () => undefined;
    client.gate = new Promise((resolve) => (answer = resolve));
    const reading = store.read(entry(4));
    client.emit('read', told);
    answer();
    await reading;
    expect(client.requests('page')).toHaveLength(1);
    client.emit('read', { ...told, unread: 2 });
    await settled();
    expect(client.requests('page')).toHaveLength(2);
  });

  test('is not undone by an older page', async () => {
    const client = stored(2);
    const { store, readOffsets } = await open(client);
    await store.read(entry(2));
    await store.reload();
    expect(readOffsets()).toEqual([2]);
  });
});

describe('what is gone', () => {
  test('by retraction is taken away, also where a page on its way still has it', async () => {
    const client = stored(3);
    const { store, offsets } = await open(client);
    let open_: () => void = () => undefined;
    client.gate = new Promise((resolve) => (open_ = resolve));
    const reloading = store.reload();
    client.emit('retract', { timeline: 'user:alice', offset: 2 });
    expect(offsets()).toEqual([3, 1]);
    open_();
    await reloading;
    expect(offsets()).toEqual([3, 1]);
  });

  test('by a rollback makes room for what takes its place', async () => {
    const client = stored(3);
    const { offsets, store } = await open(client);
    client.stored = [entry(1), entry(2, { epoch: '2', text: 'another' })];
    client.emit('reset', { timeline: 'user:alice', epoch: '2', from: 1, reason: 'rolled_back' });
    expect(offsets()).toEqual([1]);
    await settled();
    expect(offsets()).toEqual([2, 1]);
    expect(store.getSnapshot().messages[0]?.message.payload).toEqual({ text: 'another' });
  });

  test('by leaving a group is taken away', async () => {
    const client = stored(1);
    client.stored.push(entry(8, { timeline: 'group:eng' }));
    const { offsets } = await open(client);
    client.emit('membership', { group: 'eng', state: 'left' });
    expect(offsets()).toEqual([1]);
  });

  test('while the session was away is not there when it is back', async () => {
    const client = stored(3);
    const { offsets } = await open(client);
    client.setStatus('waiting');
    client.stored = [entry(1), entry(4)];
    client.setStatus('live');
    await settled();
    expect(offsets()).toEqual([4, 1]);
  });
});

test('two readers share what is loaded, and the last one to leave ends the listening', async () => {
  const client = stored(2);
  const store = storeOf(client, { timeline: '*' });
  expect(storeOf(client, { timeline: '*' })).toBe(store);
  expect(storeOf(client, { timeline: 'all' })).not.toBe(store);
  const [one, another] = [store.subscribe(() => undefined), store.subscribe(() => undefined)];
  await settled();
  expect(client.requests('page')).toHaveLength(1);
  one();
  expect(client.listenerCount).toBeGreaterThan(0);
  another();
  expect(client.listenerCount).toBe(0);
});

test('an answer to a store that was stopped meanwhile is dropped', async () => {
  const client = stored(2);
  let open_: () => void = () => undefined;
  client.gate = new Promise((resolve) => (open_ = resolve));
  const store = new InboxStore(client);
  store.subscribe(() => undefined)();
  open_();
  await settled();
  expect(store.getSnapshot().messages).toEqual([]);
});
