// Unread counts are right: before and after reading, on every device, in every timeline, and the inbox agrees.
import type { Accepted, ProtocolClient } from '@fanfare/testing';
import { until } from '@fanfare/testing';
import { makeGroup, publish, publishNumbers, range, settle, type To } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

async function unread(user: string) {
  const answer = await stage.api.unread(user);
  expect(answer.status).toBe(200);
  return answer.body;
}

function unreadOf(client: ProtocolClient, timeline: string): number | undefined {
  return client.connected.timelines.find((entry) => entry.timeline === timeline)?.unread;
}

test('grows with each message and is the same over HTTP and on both devices', async () => {
  const [alice, group] = [stage.name('alice'), stage.name('eng')];
  await makeGroup(stage.api, group, alice);
  await publishNumbers(stage.api, { user: alice }, 3);
  await publishNumbers(stage.api, { group }, 2);
  await publish(stage.api, { to: { all: true }, payload: 1 });
  const timelines = { [`user:${alice}`]: 3, [`group:${group}`]: 2, all: 1 };
  expect(await unread(alice)).toEqual({ total: 6, timelines });
  for (const device of ['phone', 'laptop']) {
    const client = await stage.connectSynced(alice, { device });
    expect(client.connected.unread).toBe(6);
    for (const [timeline, count] of Object.entries(timelines)) expect(unreadOf(client, timeline)).toBe(count);
  }
  expect(await unread(alice)).toEqual({ total: 6, timelines });
});

test('is not changed by delivery or by acks', async () => {
  const alice = stage.name('alice');
  const phone = await stage.connectSynced(alice, { device: 'phone' });
  await publishNumbers(stage.api, { user: alice }, 3);
  await phone.waitForMessages(`user:${alice}`, 3);
  phone.ack({ [`user:${alice}`]: 3 });
  await settle(stage, phone);
  await phone.close();
  expect((await unread(alice)).total).toBe(3);
});

describe('reading on one device', () => {
  test('is told to the others at once, to the one that read not, and counts for all', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 5);
    const phone = await stage.connectSynced(alice, { device: 'phone' });
    const laptop = await stage.connectSynced(alice, { device: 'laptop' });
    const stranger = await stage.connectSynced(stage.name('bob'));
    phone.read({ timeline, upTo: 3 });
    const told = await laptop.waitFor('read');
    expect(told.data).toEqual({ timeline, read: 3, unread: 2 });
    await settle(stage, phone, stranger);
    expect(phone.events('read')).toEqual([]);
    expect(stranger.events('read')).toEqual([]);
    expect(await unread(alice)).toMatchObject({ total: 2, timelines: { [timeline]: 2 } });
    expect((await stage.connectSynced(alice)).connected.unread).toBe(2);
  });

  test('in a group moves the cursor of that user alone', async () => {
    const [ann, ben, group] = [stage.name('ann'), stage.name('ben'), stage.name('eng')];
    await makeGroup(stage.api, group, ann, ben);
    await publishNumbers(stage.api, { group }, 4);
    const reader = await stage.connectSynced(ann);
    const other = await stage.connectSynced(ann);
    const bystander = await stage.connectSynced(ben);
    reader.read({ timeline: `group:${group}`, upTo: 4 });
    await other.waitFor('read', (data) => data.timeline === `group:${group}` && data.unread === 0);
    await settle(stage, bystander);
    expect(bystander.events('read')).toEqual([]);
    expect((await unread(ann)).total).toBe(0);
    expect((await unread(ben)).total).toBe(4);
  });

  test('in all does not change the count of others', async () => {
    const [ann, ben] = [stage.name('ann'), stage.name('ben')];
    await stage.api.putUser(ann);
    await stage.api.putUser(ben);
    const accepted = await publish(stage.api, { to: { all: true }, payload: 1 });
    await stage.api.read(ann, { timeline: 'all', upTo: accepted.offset ?? 0 });
    expect((await unread(ann)).timelines['all']).toBe(0);
    expect((await unread(ben)).timelines['all']).toBe(1);
  });

  test('never goes back: an older position changes nothing', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 5);
    await stage.api.read(alice, { timeline, upTo: 4 });
    const answer = await stage.api.read(alice, { timeline, upTo: 2 });
    expect(answer.body).toEqual({ unread: 1 });
    expect((await unread(alice)).total).toBe(1);
  });

  test('beyond the head is cut to it: what comes later is unread', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 2);
    const answer = await stage.api.read(alice, { timeline, upTo: 1_000_000 });
    expect(answer).toMatchObject({ status: 200, body: { unread: 0 } });
    await publishNumbers(stage.api, { user: alice }, 3);
    expect((await unread(alice)).total).toBe(3);
  });
});

describe('reading single messages', () => {
  test('takes exactly those off the count, and the cursor follows when the gap closes', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 5);
    const flags = async () => {
      const { body } = await stage.api.inbox(alice, { after: 0 });
      return body.messages.map(({ read }) => read);
    };
    expect((await stage.api.read(alice, { timeline, offsets: [2, 4] })).body).toEqual({ unread: 3 });
    expect(await flags()).toEqual([false, true, false, true, false]);
    expect((await stage.api.read(alice, { timeline, offsets: [4, 2, 4] })).body).toEqual({ unread: 3 });
    expect((await stage.api.read(alice, { timeline, offsets: [1] })).body).toEqual({ unread: 2 });
    const client = await stage.connectSynced(alice);
    expect(client.connected.timelines.find((entry) => entry.timeline === timeline)).toMatchObject({
      read: 2,
      unread: 2,
    });
    expect((await stage.api.read(alice, { timeline, upTo: 3 })).body).toEqual({ unread: 1 });
    expect(await flags()).toEqual([true, true, true, true, false]);
  });

  test('works on a connection as well, and tells the other sessions', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 3);
    const [phone, laptop] = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    phone.read({ timeline, offsets: [3] });
    const told = await laptop.waitFor('read');
    expect(told.data).toEqual({ timeline, read: 0, unread: 2 });
    const unreadOnly = await stage.api.inbox(alice, { unread: true, after: 0 });
    expect(unreadOnly.body.messages.map(({ offset }) => offset)).toEqual([1, 2]);
  });
});

describe('reading by the backend', () => {
  test('of one timeline is told to every session', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 4);
    const sessions = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    const answer = await stage.api.read(alice, { timeline, upTo: 3 });
    expect(answer).toMatchObject({ status: 200, body: { unread: 1 } });
    for (const session of sessions) {
      expect((await session.waitFor('read')).data).toEqual({ timeline, read: 3, unread: 1 });
    }
  });

  test('of everything leaves nothing unread in any timeline', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
    await makeGroup(stage.api, group, alice, bob);
    await publishNumbers(stage.api, { user: alice }, 3);
    await publishNumbers(stage.api, { group }, 3);
    await publish(stage.api, { to: { all: true }, payload: 1 });
    expect((await unread(alice)).total).toBe(7);
    const answer = await stage.api.read(alice, { everything: true });
    expect(answer).toMatchObject({ status: 200, body: { unread: 0 } });
    const after = await unread(alice);
    expect(after.total).toBe(0);
    expect(Object.values(after.timelines).every((count) => count === 0)).toBe(true);
    expect((await unread(bob)).total).toBe(4);
    await publish(stage.api, { to: { group }, payload: 'new' });
    expect((await unread(alice)).total).toBe(1);
  });
});

describe("one's own messages", () => {
  test('are delivered to the other devices, but do not count as unread', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
    const timeline = `group:${group}`;
    await makeGroup(stage.api, group, alice, bob);
    const laptop = await stage.connectSynced(alice);
    for (const from of [alice, bob, alice, bob, alice]) await publish(stage.api, { to: { group }, payload: 1, from });
    await laptop.waitForMessages(timeline, 5);
    const settled = async () => (await unread(alice)).timelines[timeline] === 2;
    await until(settled, { what: "alice's own three not to count" });
    expect((await unread(bob)).timelines[timeline]).toBe(3);
    await stage.api.read(alice, { timeline, upTo: 2 });
    expect((await unread(alice)).timelines[timeline]).toBe(1);
    await stage.api.read(alice, { timeline, upTo: 5 });
    expect((await unread(alice)).timelines[timeline]).toBe(0);
  });
});

describe('the inbox', () => {
  test('is read page by page, newest first, each message once', async () => {
    const alice = stage.name('alice');
    await publishNumbers(stage.api, { user: alice }, 25);
    const pages: number[][] = [];
    let cursor: string | null | undefined;
    do {
      const { body, status } = await stage.api.inbox(alice, { limit: 10, ...(cursor && { cursor }) });
      expect(status).toBe(200);
      pages.push(body.messages.map(({ offset }) => offset));
      cursor = body.cursor;
    } while (cursor && pages.length < 10);
    expect(pages.flat()).toEqual(range(1, 25).reverse());
    expect(pages[0]).toHaveLength(10);
  });

  test('gives what is after an offset oldest first, and what is before one newest first', async () => {
    const alice = stage.name('alice');
    await publishNumbers(stage.api, { user: alice }, 10);
    const offsets = async (query: Record<string, number>) =>
      (await stage.api.inbox(alice, query)).body.messages.map(({ offset }) => offset);
    expect(await offsets({ after: 7 })).toEqual([8, 9, 10]);
    expect(await offsets({ after: 2, limit: 3 })).toEqual([3, 4, 5]);
    expect(await offsets({ before: 4 })).toEqual([3, 2, 1]);
    expect(await offsets({ before: 9, limit: 2 })).toEqual([8, 7]);
    expect(await offsets({ after: 10 })).toEqual([]);
  });

  test('of all timelines is merged newest first, over HTTP as on a connection', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const sent: Accepted[] = [];
    const targets: To[] = [{ user: alice }, { group }, { all: true }, { user: alice }, { group }];
    for (const to of targets) {
      const sentAt = Date.now();
      sent.push(await publish(stage.api, { to, payload: sentAt }));
      await until(() => Date.now() > sentAt + 1, { what: 'the next millisecond', everyMs: 1 });
    }
    const newestFirst = sent.map(({ id }) => id).reverse();
    const { body } = await stage.api.inbox(alice, { timeline: '*' });
    expect(body.messages.map(({ message }) => message.id)).toEqual(newestFirst);
    expect(body.messages[0]).toMatchObject({
      timeline: `group:${group}`,
      offset: 2,
      epoch: sent[4]?.epoch,
      read: false,
    });

    const client = await stage.connectSynced(alice);
    const frame = await client.inbox({ timeline: '*' });
    expect(frame.event).toBe('inbox');
    expect(frame.data).toEqual(body);
  });

  test('of somebody who has nothing is empty', async () => {
    const alice = stage.name('alice');
    await stage.api.putUser(alice);
    expect((await stage.api.inbox(alice)).body.messages).toEqual([]);
    expect(await unread(alice)).toMatchObject({ total: 0 });
  });
});
