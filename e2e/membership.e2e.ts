// Who is a member decides who receives, at every moment. Once a leave has been answered, nothing accepted later reaches
// the one who left.
import type { ProtocolClient } from '@fanfare/testing';
import {
  makeGroup,
  offsets,
  payloads,
  positionOf,
  publish,
  publishNumbers,
  isAscending,
  range,
  received,
  settle,
} from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();

async function groupsOf(user: string): Promise<string[]> {
  const answer = await stage.api.groupsOf(user);
  expect(answer.status).toBe(200);
  return answer.body.groups.map(({ group }) => group);
}

async function members(group: string, limit = 100): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null | undefined;
  do {
    const answer = await stage.api.members(group, { limit, ...(cursor && { cursor }) });
    expect(answer.status).toBe(200);
    expect(answer.body.members.length).toBeLessThanOrEqual(limit);
    found.push(...answer.body.members.map(({ user }) => user));
    cursor = answer.body.cursor;
  } while (cursor);
  return found;
}

describe('leaving', () => {
  interface Said {
    readonly round: number;
    readonly isAfter: boolean;
  }

  /** Publishes without pause until stopped; every message says whether the leave had been answered before. */
  function publisher(group: string, round: number, lanes: number) {
    let hasLeft = false;
    let isOver = false;
    const accepted: { id: string; isAfter: boolean }[] = [];
    const lane = async (): Promise<void> => {
      while (!isOver) {
        const isAfter = hasLeft; // looked at before the call: what is sent from here on is accepted after the answer
        const { id } = await publish(stage.api, { to: { group }, payload: { round, isAfter } satisfies Said });
        accepted.push({ id, isAfter });
      }
    };
    const running = Promise.all(Array.from({ length: lanes }, lane));
    const stop = async (): Promise<void> => {
      isOver = true;
      await running;
    };
    return { accepted, stop, left: () => (hasLeft = true) };
  }

  const ofRound = (client: ProtocolClient, round: number) =>
    received(client).filter(({ message }) => (message.payload as Said).round === round);

  /** That many of this round have come, sent before or after the leave was answered. */
  const came = (client: ProtocolClient, round: number, isAfter: boolean, count: number) => {
    const matching = () =>
      ofRound(client, round).filter(({ message }) => (message.payload as Said).isAfter === isAfter);
    return client.waitFor('message', () => matching().length >= count);
  };

  const joinedTimes = (client: ProtocolClient, times: number) => {
    const joined = () => client.events('membership').filter(({ state }) => state === 'joined');
    return client.waitFor('membership', () => joined().length >= times);
  };

  test('under fire, again and again: nothing accepted after the answer comes, the one who stays gets everything', async () => {
    const [stays, leaves] = [stage.name('stays'), stage.name('leaves')];
    const group = stage.name('eng');
    await makeGroup(stage.api, group, stays);
    const witness = await stage.connectSynced(stays);
    const devices = [await stage.connectSynced(leaves), await stage.connectSynced(leaves)];
    for (const round of range(1, 25)) {
      await stage.api.join(group, leaves);
      for (const device of devices) await joinedTimes(device, round);
      const fire = publisher(group, round, 3);
      try {
        for (const device of devices) await came(device, round, false, 1);
        expect((await stage.api.leave(group, leaves)).status).toBe(204);
        fire.left();
        await came(witness, round, true, 15);
      } finally {
        await fire.stop();
      }
      await witness.waitFor('message', () => ofRound(witness, round).length >= fire.accepted.length);
      await settle(stage, ...devices);
      const after = new Set(fire.accepted.filter(({ isAfter }) => isAfter).map(({ id }) => id));
      for (const device of devices) {
        expect(ofRound(device, round).filter(({ message }) => after.has(message.id))).toEqual([]);
      }
    }
    const everything = offsets(witness, `group:${group}`);
    expect(everything).toEqual(range(1, everything.length));
    for (const device of devices) expect(isAscending(offsets(device, `group:${group}`))).toBe(true);
  });

  test('holds for what comes by catch-up, by resume and by inbox too', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    const timeline = `group:${group}`;
    await makeGroup(stage.api, group, alice);
    const [first] = await publishNumbers(stage.api, { group }, 3);
    const client = await stage.connectSynced(alice, { device: 'phone' });
    expect(payloads(client)).toEqual([1, 2, 3]);
    await stage.api.leave(group, alice);
    await publishNumbers(stage.api, { group }, 3, 4);
    for (const resume of [{}, { [timeline]: positionOf(first) }]) {
      const again = await stage.connectSynced(alice, { device: 'phone', resume });
      expect(received(again)).toEqual([]);
      expect(again.connected.timelines.map((entry) => entry.timeline)).not.toContain(timeline);
    }
    const page = await stage.api.inbox(alice, { timeline: '*' });
    expect(page.body.messages).toEqual([]);
    const direct = await stage.api.inbox(alice, { timeline });
    expect(direct.body.messages ?? []).toEqual([]);
    expect((await stage.api.unread(alice)).body).toMatchObject({ total: 0 });
  });

  test('is told to every session, once, and twice is the same as once', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    await makeGroup(stage.api, group, alice);
    const sessions = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    for (let time = 0; time < 2; time++) expect((await stage.api.leave(group, alice)).status).toBe(204);
    for (const session of sessions) await session.waitFor('membership', ({ state }) => state === 'left');
    await settle(stage, ...sessions);
    for (const session of sessions) expect(session.events('membership')).toMatchObject([{ group, state: 'left' }]);
    expect(await members(group)).toEqual([]);
    expect(await groupsOf(alice)).toEqual([]);
  });
});

describe('joining', () => {
  test('while connected is told to every session, and what comes later is delivered; what came before is not', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    const timeline = `group:${group}`;
    await makeGroup(stage.api, group);
    await publishNumbers(stage.api, { group }, 3);
    const sessions = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    await stage.api.join(group, alice);
    for (const session of sessions) {
      const told = await session.waitFor('membership');
      expect(told.data).toMatchObject({ group, state: 'joined', timeline });
    }
    await publishNumbers(stage.api, { group }, 3, 4);
    await settle(stage, ...sessions);
    for (const session of sessions) expect(offsets(session, timeline)).toEqual([4, 5, 6]);
    expect((await stage.api.unread(alice)).body.timelines[timeline]).toBe(3);
  });

  test('has effect when it has been answered: the very next message comes', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    for (const round of range(1, 20)) {
      const group = stage.name('eng');
      await makeGroup(stage.api, group, alice);
      await publish(stage.api, { to: { group }, payload: round });
      await client.waitForMessages(`group:${group}`, 1);
    }
    expect(payloads(client)).toEqual(range(1, 20));
  });

  test('again does not show what was sent in between', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    const timeline = `group:${group}`;
    await makeGroup(stage.api, group, alice);
    const client = await stage.connectSynced(alice, { device: 'phone' });
    const [first] = await publishNumbers(stage.api, { group }, 1);
    await client.waitForMessages(timeline, 1);
    client.ack({ [timeline]: 1 });
    await stage.api.leave(group, alice);
    await publishNumbers(stage.api, { group }, 3, 2);
    await stage.api.join(group, alice);
    await publishNumbers(stage.api, { group }, 2, 5);
    await settle(stage, client);
    expect(payloads(client, timeline)).toEqual([1, 5, 6]);
    expect((await stage.api.unread(alice)).body.timelines[timeline]).toBe(2);
    for (const resume of [undefined, { [timeline]: positionOf(first) }]) {
      const again = await stage.connectSynced(alice, { ...(resume && { resume }) });
      expect(payloads(again, timeline)).toEqual([5, 6]);
    }
    expect(payloads(await stage.connectSynced(alice, { device: 'phone' }), timeline)).toEqual([5, 6]);
  });

  test('of two users at one time through many callers ends with both sides agreeing', async () => {
    const [ann, ben, group] = [stage.name('ann'), stage.name('ben'), stage.name('eng')];
    await makeGroup(stage.api, group);
    const calls = range(1, 30).flatMap(() => [
      stage.api.join(group, ann),
      stage.api.leave(group, ben),
      stage.api.join(group, ben),
    ]);
    await Promise.all(calls);
    for (const user of [ann, ben]) {
      const isMember = (await members(group)).includes(user);
      expect((await groupsOf(user)).includes(group)).toBe(isMember);
    }
    expect(await members(group)).toContain(ann);
  });
});

describe('the lists', () => {
  test('of members are changed by one call and read page by page, each once', async () => {
    const group = stage.name('eng');
    const users = range(1, 120).map((number) => stage.name(`m${number}`));
    await stage.api.putGroup(group);
    const added = await stage.api.changeMembers(group, { add: [...users, ...users.slice(0, 10)] });
    expect(added).toMatchObject({ status: 200, body: { added: 120, removed: 0 } });
    expect((await members(group, 50)).sort()).toEqual([...users].sort());
    const removed = await stage.api.changeMembers(group, { remove: users.slice(0, 20), add: [stage.name('new')] });
    expect(removed).toMatchObject({ status: 200, body: { added: 1, removed: 20 } });
    expect(await members(group, 7)).toHaveLength(101);
  });

  test('of groups name every group of a user', async () => {
    const alice = stage.name('alice');
    const groups = range(1, 12).map((number) => stage.name(`g${number}`));
    for (const group of groups) await makeGroup(stage.api, group, alice);
    expect((await groupsOf(alice)).sort()).toEqual([...groups].sort());
  });

  test('of members of a group that does not exist is 404 group_unknown; the first member makes a group', async () => {
    const [alice, group] = [stage.name('alice'), stage.name('eng')];
    expect(await stage.api.members(group)).toMatchObject({ status: 404, body: { code: 'group_unknown' } });
    expect(await stage.api.group(group)).toMatchObject({ status: 404, body: { code: 'group_unknown' } });
    await stage.api.join(group, alice);
    expect(await members(group)).toEqual([alice]);
    expect((await stage.api.group(group)).status).toBe(200);
  });
});
