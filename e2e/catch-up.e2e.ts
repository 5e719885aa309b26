// What was missed arrives at the next connect: all of it, in order, once, from the right position. And where not
// everything can be given, a `reset` says so.
import type { Accepted, ProtocolClient } from '@fanfare/testing';
import { until } from '@fanfare/testing';
import {
  everyTarget,
  makeGroup,
  offsets,
  payloads,
  positionOf,
  publish,
  publishNumbers,
  range,
  received,
  resumeBefore,
  settle,
} from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

/** What `connected` said of one timeline. */
function state(client: ProtocolClient, timeline: string) {
  return client.connected.timelines.find((entry) => entry.timeline === timeline);
}

describe('somebody who was offline', () => {
  test('gets what was sent to them, to their group and to all: in order, once, the personal first', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    const timelines = [`user:${alice}`, `group:${group}`, 'all'];
    await makeGroup(stage.api, group, alice);
    for (const number of range(1, 5)) {
      await publish(stage.api, { to: { all: true }, payload: `all ${number}` });
      await publish(stage.api, { to: { group }, payload: `group ${number}` });
      await publish(stage.api, { to: { user: alice }, payload: `user ${number}` });
    }
    const client = await stage.connectSynced(alice);
    const expected = ['user', 'group', 'all'].flatMap((kind) => range(1, 5).map((number) => `${kind} ${number}`));
    expect(payloads(client)).toEqual(expected);
    expect(client.frames.map(({ event }) => event)).toEqual(['connected', ...expected.map(() => 'message'), 'synced']);
    expect(client.connected.timelines.map(({ timeline }) => timeline).sort()).toEqual([...timelines].sort());
    expect(client.connected.unread).toBe(15);
    expect(state(client, `group:${group}`)).toMatchObject({ head: 5, read: 0, unread: 5, from: 0 });

    await publish(stage.api, { to: { group }, payload: 'live' });
    await client.waitForMessages(`group:${group}`, 6);
    await settle(stage, client);
    expect(payloads(client)).toEqual([...expected, 'live']);
  });

  test('finds nothing of a group from before they joined', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group);
    await publishNumbers(stage.api, { group }, 3);
    await stage.api.join(group, alice);
    await publishNumbers(stage.api, { group }, 2, 4);
    const client = await stage.connectSynced(alice);
    expect(payloads(client)).toEqual([4, 5]);
    expect(state(client, `group:${group}`)).toMatchObject({ head: 5, unread: 2 });
  });
});

describe('a session that says where it was', () => {
  test('gets what comes after that position, and nothing before', async () => {
    const alice = stage.name('alice');
    const accepted = await publishNumbers(stage.api, { user: alice }, 10);
    for (const seen of [1, 4, 9, 10]) {
      const resume = { [`user:${alice}`]: positionOf(accepted[seen - 1]) };
      const client = await stage.connectSynced(alice, { resume });
      expect(offsets(client, `user:${alice}`)).toEqual(range(seen + 1, 10));
      expect(state(client, `user:${alice}`)).toMatchObject({ head: 10, from: seen });
      expect(client.events('reset')).toEqual([]);
      expect(client.events('error')).toEqual([]);
    }
  });

  test('is at the beginning with offset 0, and gets everything however much it is', async () => {
    const alice = stage.name('alice');
    const [first] = await publishNumbers(stage.api, { user: alice }, 1);
    await stage.api.batch(range(2, 900).map((payload) => ({ to: { user: alice }, payload })));
    const resume = resumeBefore(first);
    const client = await stage.connectSynced(alice, { resume });
    expect(offsets(client, `user:${alice}`)).toEqual(range(1, 900));
    expect(client.events('reset')).toEqual([]);
  });

  test('resumes each timeline by its own position', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const personal = await publishNumbers(stage.api, { user: alice }, 5);
    const shared = await publishNumbers(stage.api, { group }, 5);
    const all = await publishNumbers(stage.api, { all: true }, 3);
    const resume = {
      [`user:${alice}`]: positionOf(personal[1]),
      [`group:${group}`]: positionOf(shared[3]),
      all: positionOf(all[2]),
    };
    const client = await stage.connectSynced(alice, { resume });
    expect(offsets(client, `user:${alice}`)).toEqual([3, 4, 5]);
    expect(offsets(client, `group:${group}`)).toEqual([5]);
    expect(offsets(client, 'all')).toEqual([]);
  });

  test('beyond the head: reset rolled_back from the head, and it goes on from there', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    const accepted = await publishNumbers(stage.api, { user: alice }, 3);
    const { epoch } = positionOf(accepted[2]);
    const client = await stage.connectSynced(alice, { resume: { [timeline]: { offset: 50, epoch } } });
    expect(client.events('reset')).toEqual([{ timeline, epoch, from: 3, reason: 'rolled_back' }]);
    expect(received(client)).toEqual([]);
    await publish(stage.api, { to: { user: alice }, payload: 4 });
    await client.waitForMessages(timeline, 1);
    expect(offsets(client, timeline)).toEqual([4]);
  });

  test('before what is kept: reset trimmed, and everything that is kept', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    const [first] = await publishNumbers(stage.api, { user: alice }, 1);
    for (const part of [range(2, 550), range(551, 1050)]) {
      await stage.api.batch(part.map((payload) => ({ to: { user: alice }, payload })));
    }
    const client = await stage.connectSynced(alice, { resume: { [timeline]: positionOf(first) } });
    expect(client.events('reset')).toMatchObject([{ timeline, from: 50, reason: 'trimmed' }]);
    expect(offsets(client, timeline)).toEqual(range(51, 1050));
  });

  test('of an epoch that nobody knows: reset from the read cursor', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 5);
    await stage.api.read(alice, { timeline, upTo: 2 });
    const resume = { [timeline]: { offset: 4, epoch: '999.deadbeef.1' } };
    const client = await stage.connectSynced(alice, { resume });
    expect(client.events('reset')).toMatchObject([{ timeline, from: 2 }]);
    expect(offsets(client, timeline)).toEqual([3, 4, 5]);
  });

  test.each([
    ['an offset below zero', { offset: -1, epoch: '1.ab.1' }],
    ['an offset with a fraction', { offset: 1.5, epoch: '1.ab.1' }],
    ['an offset beyond 2^53', { offset: 2 ** 53 + 2, epoch: '1.ab.1' }],
    ['an offset as text', { offset: '3', epoch: '1.ab.1' }],
    ['no epoch', { offset: 3 }],
    ['no offset', { epoch: '1.ab.1' }],
    ['an epoch that is a number', { offset: 3, epoch: 1 }],
    ['a list', [3, '1.ab.1']],
    ['null', null],
    ['a number', 3],
  ])('malformed (%s): error bad_resume, and as if it had said nothing', async (_, position) => {
    const alice = stage.name('alice');
    await publishNumbers(stage.api, { user: alice }, 3);
    const client = await stage.connectSynced(alice, { resume: { [`user:${alice}`]: position } });
    expect(client.events('error')).toMatchObject([{ code: 'bad_resume' }]);
    expect(offsets(client, `user:${alice}`)).toEqual([1, 2, 3]);
  });

  test('in a timeline that is not theirs: it is ignored, and nothing of it comes', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('secret')];
    await makeGroup(stage.api, group, bob);
    const [shared] = await publishNumbers(stage.api, { group }, 3);
    const [personal] = await publishNumbers(stage.api, { user: bob }, 3);
    const resume = resumeBefore(shared, personal, {
      ...shared,
      timeline: `group:${stage.name('nowhere')}`,
    } as Accepted);
    const client = await stage.connectSynced(alice, { resume });
    await publishNumbers(stage.api, { group }, 1, 4);
    await settle(stage, client);
    expect(received(client)).toEqual([]);
    expect(client.events('error')).toEqual([]);
    expect(state(client, `group:${group}`)).toBeUndefined();
    expect(state(client, `user:${bob}`)).toBeUndefined();

    const owner = await stage.connectSynced(bob, { resume });
    expect(payloads(owner)).toEqual([1, 2, 3, 1, 2, 3, 4]);
  });
});

describe('a device that says nothing', () => {
  /** The gateway writes acks at most once a second, and at close. */
  const cursorIs = (user: string, device: string, offset: number) =>
    until(
      async () => {
        const probe = await stage.connect(user, { device });
        const from = state(probe, `user:${user}`)?.from;
        probe.terminate();
        return from === offset;
      },
      { what: `the cursor of ${device} to be at ${offset}`, everyMs: 200 },
    );

  test('goes on after what it acknowledged; another device of the same user has its own cursor', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 10);
    const phone = await stage.connectSynced(alice, { device: 'phone' });
    phone.ack({ [timeline]: 6 });
    await settle(stage, phone);
    await phone.close();
    await cursorIs(alice, 'phone', 6);
    expect(offsets(await stage.connectSynced(alice, { device: 'phone' }), timeline)).toEqual([7, 8, 9, 10]);
    expect(offsets(await stage.connectSynced(alice, { device: 'laptop' }), timeline)).toEqual(range(1, 10));
    expect(offsets(await stage.connectSynced(alice), timeline)).toEqual(range(1, 10));
  });

  test('an ack is kept although the connection breaks without a close frame', async () => {
    const alice = stage.name('alice');
    await publishNumbers(stage.api, { user: alice }, 5);
    const phone = await stage.connectSynced(alice, { device: 'phone' });
    phone.ack({ [`user:${alice}`]: 3 });
    await settle(stage, phone);
    phone.terminate();
    await cursorIs(alice, 'phone', 3);
  });

  test('two tabs that share a device resume by their own positions; the cursor is only the fallback', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    const accepted = await publishNumbers(stage.api, { user: alice }, 10);
    const ahead = await stage.connectSynced(alice, { device: 'browser' });
    ahead.ack({ [timeline]: 8 });
    await cursorIs(alice, 'browser', 8);
    const resume = { [timeline]: positionOf(accepted[2]) };
    const behind = await stage.connectSynced(alice, { device: 'browser', resume });
    expect(offsets(behind, timeline)).toEqual(range(4, 10));
    behind.ack({ [timeline]: 5 });
    await settle(stage, behind);
    await behind.close();
    await cursorIs(alice, 'browser', 8);
  });

  test('and that has acknowledged nothing begins after what was read', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await publishNumbers(stage.api, { user: alice }, 8);
    await stage.api.read(alice, { timeline, upTo: 5 });
    const client = await stage.connectSynced(alice, { device: 'new' });
    expect(offsets(client, timeline)).toEqual([6, 7, 8]);
    expect(state(client, timeline)).toMatchObject({ read: 5, from: 5, unread: 3 });
  });

  test('gets the newest 100 and reset too_many where more was unread; the rest is in the inbox', async () => {
    const alice = stage.name('alice');
    const timeline = `user:${alice}`;
    await stage.api.batch(range(1, 150).map((payload) => ({ to: { user: alice }, payload })));
    const client = await stage.connectSynced(alice);
    expect(client.events('reset')).toMatchObject([{ timeline, from: 50, reason: 'too_many' }]);
    expect(offsets(client, timeline)).toEqual(range(51, 150));
    expect(client.connected.unread).toBe(150);
    const missed = await stage.api.inbox(alice, { before: 51, limit: 100 });
    expect(missed.body.messages.map(({ offset }) => offset)).toEqual(range(1, 50).reverse());
  });

  test('gets exactly 100 without a reset: the border of the one above', async () => {
    const alice = stage.name('alice');
    await stage.api.batch(range(1, 100).map((payload) => ({ to: { user: alice }, payload })));
    const client = await stage.connectSynced(alice);
    expect(offsets(client, `user:${alice}`)).toEqual(range(1, 100));
    expect(client.events('reset')).toEqual([]);
  });
});

describe('what has expired', () => {
  test('is left out, in the timelines of users, groups and all; what comes before and after it is not', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    for (const to of everyTarget(alice, group)) {
      await publish(stage.api, { to, payload: 'before' });
      await publish(stage.api, { to, payload: 'short-lived', ttlSeconds: 1 });
      await publish(stage.api, { to, payload: 'after', ttlSeconds: 600 });
    }
    const isGone = async (): Promise<boolean> => {
      const { body } = await stage.api.inbox(alice, { timeline: '*' });
      return body.messages.length > 0 && !body.messages.some(({ message }) => message.payload === 'short-lived');
    };
    await until(isGone, { what: 'the short-lived ones to expire' });
    const client = await stage.connectSynced(alice);
    expect(payloads(client)).toEqual(['before', 'after', 'before', 'after', 'before', 'after']);
    expect(offsets(client, `user:${alice}`)).toEqual([1, 3]);
    expect((await stage.api.unread(alice)).body.total).toBe(6);
  });

  test('does come while it lives: the control of the one above', async () => {
    const alice = stage.name('alice');
    await publish(stage.api, { to: { user: alice }, payload: 'short-lived', ttlSeconds: 60 });
    expect(payloads(await stage.connectSynced(alice))).toEqual(['short-lived']);
  });
});
