// What operators take away: a user with everything kept of them, a group with its members, a session. And what they look at:
// who is known, and what was accepted.
import { until } from '@fanfare/testing';
import { makeGroup, offsets, payloads, publish, publishNumbers, range, settle } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage({ memberships: 2 });

const groupsOf = async (user: string): Promise<string[]> =>
  (await stage.api.groupsOf(user, { limit: 1000 })).body.groups.map(({ group }) => group);
const members = async (group: string): Promise<string[]> =>
  (await stage.api.members(group)).body.members.map(({ user }) => user);

describe('a user who is erased', () => {
  test('is gone from everywhere, their sessions are closed with 4409, and what comes later begins anew', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
    const timeline = `user:${alice}`;
    await stage.api.putUser(alice, { plan: 'pro' });
    await makeGroup(stage.api, group, alice, bob);
    const [first] = await publishNumbers(stage.api, { user: alice }, 3);
    await publish(stage.api, { to: { group }, payload: 1, from: alice });
    const devices = [await stage.connectSynced(alice, { device: 'phone' }), await stage.connectSynced(alice)];
    const witness = await stage.connectSynced(bob);
    devices[0]?.ack({ [timeline]: 2 });
    expect((await stage.api.erase(alice)).status).toBe(204);
    for (const device of devices) expect(await device.waitForClose()).toMatchObject({ code: 4409 });
    expect((await stage.api.user(alice)).status).toBe(404);
    expect((await stage.api.inbox(alice, { timeline: '*' })).body.messages).toEqual([]);
    expect([await members(group), await groupsOf(alice)]).toEqual([[bob], []]);
    expect((await stage.api.sessions(alice)).body.sessions).toEqual([]);
    expect((await stage.api.presence([alice])).body.users[alice]).toEqual({ online: false, devices: 0 });
    expect((await stage.api.erase(alice)).status).toBe(204);

    const anew = await publish(stage.api, { to: { user: alice }, payload: 'anew' });
    expect(anew.offset).toBe(1);
    expect(anew.epoch).not.toBe(first?.epoch);
    // An old position says nothing about the new timeline.
    const resume = { [timeline]: { offset: 3, epoch: first?.epoch ?? '' } };
    const again = await stage.connectSynced(alice, { device: 'phone', resume });
    expect(payloads(again, timeline)).toEqual(['anew']);
    expect(await groupsOf(alice)).toEqual([]);
    await publish(stage.api, { to: { group }, payload: 2 });
    await settle(stage, again, witness);
    expect([payloads(again, `group:${group}`), payloads(witness, `group:${group}`)]).toEqual([[], [1, 2]]);
  });
});

describe('a group that is deleted', () => {
  test('is unknown at once; its members are told, and read nothing of one that is made by that name later', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
    const timeline = `group:${group}`;
    await makeGroup(stage.api, group, alice, bob);
    const clients = [
      await stage.connectSynced(alice),
      await stage.connectSynced(alice),
      await stage.connectSynced(bob),
    ];
    const [first] = await publishNumbers(stage.api, { group }, 2);
    for (const client of clients) await client.waitForMessages(timeline, 2);
    expect((await stage.api.deleteGroup(group)).status).toBe(204);
    const refused = await stage.api.publish({ to: { group }, payload: 3 });
    expect(refused).toMatchObject({ status: 404, body: { code: 'group_unknown' } });
    for (const client of clients) await client.waitFor('membership', (told) => told.state === 'left');
    expect((await stage.api.group(group)).status).toBe(404);
    expect([await groupsOf(alice), await groupsOf(bob)]).toEqual([[], []]);
    expect((await stage.api.deleteGroup(group)).status).toBe(204);

    await makeGroup(stage.api, group, bob);
    const anew = await publish(stage.api, { to: { group }, payload: 'anew' });
    expect(anew.offset).toBe(1);
    expect(anew.epoch).not.toBe(first?.epoch);
    await clients[2]?.waitForMessages(timeline, 3);
    await settle(stage, ...clients);
    expect(clients.map((client) => payloads(client, timeline))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2, 'anew'],
    ]);
    expect(clients[0]?.events('membership')).toMatchObject([{ group, state: 'left' }]);
  });

  test('with many members goes in chunks, also when the service that does it is killed', async () => {
    const group = stage.name('crowd');
    const [alice] = [stage.name('alice')];
    const users = range(1, 20_000).map((number) => `${group}-${number}`);
    for (let start = 0; start < users.length; start += 10_000) {
      expect((await stage.api.changeMembers(group, { add: users.slice(start, start + 10_000) })).status).toBe(200);
    }
    await stage.api.join(group, alice);
    const client = await stage.connectSynced(alice);
    const deleting = stage.api.deleteGroup(group);
    await client.waitFor('membership', (told) => told.state === 'left');
    await stage.fanfare.memberships[0]?.kill();
    // Answered by the replica that lives, or not in time: what was asked may have been done.
    expect([204, 504]).toContain((await deleting).status);
    expect((await stage.api.publish({ to: { group }, payload: 1 })).status).toBe(404);
    const isUndone = async () => (await stage.api.putGroup(group)).status === 201;
    await until(isUndone, { what: 'the name to be free again', deadlineMs: 45_000, everyMs: 250 });
    for (const user of [users[0], users[10_000], users.at(-1), alice]) expect(await groupsOf(user ?? '')).toEqual([]);
    expect(await members(group)).toEqual([]);
  }, 90_000);
});

describe('a user who is disconnected', () => {
  test('loses the sessions of one device, or all of them, with 4409, and may come back', async () => {
    const alice = stage.name('alice');
    const phones = [
      await stage.connectSynced(alice, { device: 'phone' }),
      await stage.connectSynced(alice, { device: 'phone' }),
    ];
    const laptop = await stage.connectSynced(alice, { device: 'laptop' });
    const listed = async () => (await stage.api.sessions(alice)).body.sessions.map(({ device }) => device);
    expect(await listed()).toEqual(['phone', 'phone', 'laptop']);
    const page = await stage.api.sessions(alice, { limit: 2 });
    expect(page.body.sessions).toHaveLength(2);
    expect(page.body.sessions[0]).toMatchObject({ id: phones[0]?.connected.session });
    expect((await stage.api.disconnect(alice, { device: 'phone' })).status).toBe(204);
    for (const phone of phones) expect(await phone.waitForClose()).toMatchObject({ code: 4409 });
    await until(async () => (await listed()).length === 1, { what: 'one session to be left' });
    await publish(stage.api, { to: { user: alice }, payload: 1 });
    await laptop.waitForMessages(`user:${alice}`, 1);
    expect((await stage.api.disconnect(alice)).status).toBe(204);
    expect(await laptop.waitForClose()).toMatchObject({ code: 4409 });
    expect((await stage.api.disconnect(stage.name('nobody'))).status).toBe(204);
    const back = await stage.connectSynced(alice);
    expect(offsets(back, `user:${alice}`)).toEqual([1]);
  });
});

describe('operators find', () => {
  test('the users whose id begins with a prefix, page by page, and no longer those who were erased', async () => {
    const prefix = stage.name('who');
    const users = range(1, 25).map((number) => `${prefix}-${number}`);
    for (const user of users) await stage.api.putUser(user);
    await stage.api.erase(users[7] ?? '');
    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { status, body } = await stage.api.users({ prefix, limit: 10, ...(cursor && { cursor }) });
      expect(status).toBe(200);
      found.push(...body.users.map(({ id }) => id));
      cursor = body.cursor;
    }
    expect(found.sort()).toEqual(users.filter((_, index) => index !== 7).sort());
  });

  test('what was accepted, newest first, single, in batches and as jobs, but nothing that was refused or repeated', async () => {
    const alice = stage.name('alice');
    const before = Date.now() - 1;
    const first = await publish(stage.api, { to: { user: alice }, payload: 'secret', idempotencyKey: alice });
    await stage.api.publish({ to: { user: alice }, payload: 'secret', idempotencyKey: alice });
    const batch = await stage.api.batch([
      { to: { user: alice }, payload: 2 },
      { to: { group: stage.name('nothing') }, payload: 3 },
    ]);
    const list = await publish(stage.api, { to: { users: [alice, stage.name('bob')] }, payload: 4 });
    const log = async () => (await stage.api.published({ after: before, limit: 100 })).body.messages;
    await until(async () => (await log()).length >= 3, { what: 'the log to be written' });
    expect(await log()).toMatchObject([
      { id: list.id, state: 'queued', job: list.id, to: { users: 2 } },
      { id: (batch.body.results[0] as { id: string }).id, to: { user: alice }, offset: 2 },
      { id: first.id, state: 'published', timeline: `user:${alice}`, offset: 1, epoch: first.epoch },
    ]);
    expect(JSON.stringify(await log())).not.toContain('secret');
    expect((await stage.api.published({ after: Date.now() + 60_000 })).body).toEqual({ messages: [], cursor: null });
  });

  test('what was accepted last although the api was stopped right after', async () => {
    const sent = await publish(stage.api, { to: { user: stage.name('alice') }, payload: 1 });
    await stage.fanfare.stop();
    await stage.reopen();
    const { body } = await stage.api.published({ limit: 1 });
    expect(body.messages).toMatchObject([{ id: sent.id }]);
  }, 90_000);
});
