// What a browser does with a user's token: it reads its own inbox over HTTP and over the socket, and sees those whom it
// may see. Nothing of anybody else's.
import type { Answer, Problem } from '@fanfare/testing';
import { concurrently, makeGroup, publish, publishNumbers, settle, type To } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

interface Page {
  readonly messages: readonly {
    timeline: string;
    offset: number;
    read: boolean;
    message: { at: number; payload: unknown };
  }[];
  readonly cursor: string | null;
}
interface Seen {
  readonly users: Readonly<Record<string, { online: boolean; devices: number }>>;
}

/** A browser's view: calls with a user's token. */
async function browserOf(user: string) {
  const authorization = `Bearer ${await stage.token(user)}`;
  const call = <Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> =>
    stage.api.call<Body>(method, path, { ...(body !== undefined && { body }), headers: { authorization } });
  return {
    inbox: (query = '') => call<Page & Problem>('GET', `/v1/me/inbox${query}`),
    unread: () => call<{ total: number; timelines: Record<string, number> }>('GET', '/v1/me/unread'),
    read: (body: unknown) => call<{ unread: number } & Problem>('POST', '/v1/me/read', body),
    groups: () => call<{ groups: { group: string }[] }>('GET', '/v1/me/groups'),
    groupPresence: (group: string) =>
      call<{ online: number; users: { id: string }[] } & Problem>('GET', `/v1/me/groups/${group}/presence`),
    presence: (...users: string[]) => call<Seen>('POST', '/v1/me/presence/query', { users }),
  };
}

describe('reading', () => {
  test('over HTTP in tab A reaches the socket of tab B as `read`, and the badge is the same everywhere', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    const timeline = `user:${alice}`;
    await makeGroup(stage.api, group, alice);
    const [tabA, tabB] = [await browserOf(alice), await stage.connectSynced(alice)];
    await publishNumbers(stage.api, { user: alice }, 3);
    await publishNumbers(stage.api, { group }, 2);
    await tabB.waitForMessages(timeline, 3);
    expect((await tabA.unread()).body).toMatchObject({ total: 5, timelines: { [timeline]: 3, [`group:${group}`]: 2 } });

    expect((await tabA.read({ timeline, upTo: 2 })).body).toEqual({ unread: 1 });
    expect((await tabB.waitFor('read')).data).toEqual({ timeline, read: 2, unread: 1 });

    expect((await tabA.read({ everything: true })).body).toEqual({ unread: 0 });
    await tabB.waitFor('read', (data) => data.timeline === timeline && data.unread === 0);
    const ofGroup = await tabB.waitFor('read', (data) => data.timeline === `group:${group}`);
    expect(ofGroup.data).toEqual({ timeline: `group:${group}`, read: 2, unread: 0 });
    expect((await tabA.unread()).body.total).toBe(0);
  });

  test('everything over the socket is answered with all cursors, told to the other tabs, and seen over HTTP', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    const timeline = `user:${alice}`;
    await makeGroup(stage.api, group, alice);
    await publishNumbers(stage.api, { user: alice }, 3);
    await publishNumbers(stage.api, { group }, 2);
    const [tabA, tabB] = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    const answer = await tabA.request('read', { everything: true });
    expect(answer).toMatchObject({ event: 'read', data: { unread: 0 } });
    const { timelines } = answer.data as unknown as { timelines: unknown[] };
    expect(timelines).toContainEqual({ timeline, read: 3, unread: 0 });
    expect(timelines).toContainEqual({ timeline: `group:${group}`, read: 2, unread: 0 });
    await tabB.waitFor('read', (data) => data.timeline === timeline && data.read === 3);
    await tabB.waitFor('read', (data) => data.timeline === `group:${group}` && data.read === 2);
    expect((await (await browserOf(alice)).unread()).body.total).toBe(0);
    expect(tabA.events('read')).toHaveLength(1); // the answer alone
  });

  test('without a ref there is no answer, and the cursor moves all the same', async () => {
    const alice = stage.name('alice');
    await publishNumbers(stage.api, { user: alice }, 3);
    const [tabA, tabB] = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    tabA.send('read', { everything: true });
    await tabB.waitFor('read', ({ timeline, read }) => timeline === `user:${alice}` && read === 3);
    await settle(stage, tabA);
    expect(tabA.events('read')).toEqual([]);
  });
});

test("alice's token never sees what is bob's", async () => {
  const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('secret')];
  await makeGroup(stage.api, group, bob);
  await publish(stage.api, { to: { user: bob }, payload: 'for bob alone' });
  await publish(stage.api, { to: { group }, payload: 'for the group alone' });
  await publish(stage.api, { to: { user: alice }, payload: 'hers' });
  await stage.connectSynced(bob);
  const hers = await browserOf(alice);

  const merged = (await hers.inbox('?timeline=*')).body.messages;
  expect(merged.map(({ timeline }) => timeline)).toEqual([`user:${alice}`]);
  for (const timeline of [`user:${bob}`, `group:${group}`]) {
    expect((await hers.inbox(`?timeline=${timeline}`)).body).toMatchObject({ code: 'not_found' });
    expect((await hers.read({ timeline, upTo: 1 })).body).toMatchObject({ code: 'not_found' });
  }
  expect(Object.keys((await hers.unread()).body.timelines).sort()).toEqual(['all', `user:${alice}`]);
  expect((await hers.groups()).body.groups).toEqual([]);
  expect((await hers.groupPresence(group)).body).toMatchObject({ status: 404, code: 'group_unknown' });
  expect((await hers.presence(alice, bob, 'nobody')).body.users).toEqual({
    [alice]: expect.objectContaining({ online: false }) as unknown,
  });

  // The control: for bob all of it is there.
  const his = await browserOf(bob);
  expect((await his.inbox('?timeline=*')).body.messages).toHaveLength(2);
  expect((await his.unread()).body.total).toBe(2);
  expect((await his.groupPresence(group)).body).toMatchObject({ online: 1, users: [{ id: bob }] });
});

test('those who share a group see each other, until one of them is removed', async () => {
  const [alice, bob, carol, group] = [stage.name('alice'), stage.name('bob'), stage.name('carol'), stage.name('eng')];
  await makeGroup(stage.api, group, alice, bob);
  await makeGroup(stage.api, stage.name('other'), carol);
  const [hers] = [await browserOf(alice), await stage.connectSynced(bob), await stage.connectSynced(carol)];
  expect((await hers.groups()).body).toMatchObject({ groups: [{ group }], cursor: null });
  const seen = (await hers.presence(bob, carol)).body.users;
  expect(seen).toEqual({ [bob]: expect.objectContaining({ online: true, devices: 1 }) as unknown });
  expect((await hers.groupPresence(group)).body.users.map(({ id }) => id)).toEqual([bob]);

  await stage.api.leave(group, alice);
  expect((await hers.presence(bob, carol)).body.users).toEqual({});
  expect((await hers.groupPresence(group)).body.code).toBe('group_unknown');
});

describe('the inbox over the socket', () => {
  test('pages through 250 messages of three timelines, newest first, without a hole or a repeat while new ones come', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const client = await stage.connectSynced(alice);
    const targets: To[] = [{ user: alice }, { group }, { all: true }];
    const tasks = Array.from({ length: 250 }, (_, index) => () => {
      return publish(stage.api, { to: targets[index % 3] as To, payload: index });
    });
    const published = await concurrently(tasks, 8);

    const pages: Page['messages'][number][][] = [];
    let cursor: string | null = null;
    do {
      const answer = await client.inbox({ timeline: '*', limit: 20, ...(cursor !== null && { cursor }) });
      expect(answer.event).toBe('inbox');
      const page = answer.data as unknown as Page;
      expect(page.messages.length).toBeLessThanOrEqual(20);
      pages.push([...page.messages]);
      cursor = page.cursor;
      for (const to of targets) await publish(stage.api, { to, payload: 'new' });
    } while (cursor !== null);

    const places = pages.flat().map(({ timeline, offset }) => `${timeline} ${offset}`);
    const expected = published.map(({ timeline, offset }) => `${timeline} ${offset}`);
    expect(pages.length).toBeGreaterThan(12);
    expect(places.filter((place) => expected.includes(place)).sort()).toEqual(expected.sort());
    expect(new Set(places).size).toBe(places.length);
    for (const timeline of new Set(pages.flat().map((one) => one.timeline))) {
      const offsets = pages.flat().flatMap((one) => (one.timeline === timeline ? [one.offset] : []));
      expect(offsets).toEqual([...offsets].sort((one, other) => other - one));
    }
    expect(pages.flat().filter(({ message }) => message.payload === 'new')).toEqual([]);

    // The same over HTTP: the newest page now begins with what came meanwhile.
    const { body } = await (await browserOf(alice)).inbox('?timeline=*&limit=3');
    expect(body.messages.map(({ message }) => message.payload)).toEqual(['new', 'new', 'new']);
  });

  test('asked for many times at once without reading any answer, it answers all when it is read again', async () => {
    const alice = stage.name('alice');
    const payload = 'x'.repeat(60_000);
    for (let count = 0; count < 16; count += 1) await publish(stage.api, { to: { user: alice }, payload });
    const [client, neighbour] = [await stage.connectSynced(alice), await stage.connectSynced(stage.name('bob'))];
    client.pause();
    for (let count = 0; count < 40; count += 1) client.send('inbox', { limit: 100 }, `page ${count}`);
    await settle(stage, neighbour);
    client.resume();
    const last = await client.waitFor('inbox', (_, { ref }) => ref === 'page 39');
    expect(last.data.messages).toHaveLength(16);
    expect(client.frames.flatMap(({ event, ref }) => (event === 'inbox' ? [ref] : []))).toEqual(
      Array.from({ length: 40 }, (_, count) => `page ${count}`),
    );
  });
});
