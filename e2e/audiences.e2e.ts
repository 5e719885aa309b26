// Each audience reaches exactly those it should. In every test somebody who should receive it stands beside somebody
// who should not, so that neither a message sent to nobody nor one sent to everybody can pass.
import { makeGroup, payloads, publish, received, settle } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage();
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('to a user', () => {
  test('a message reaches both devices once, with everything it was sent with, and nobody else', async () => {
    const [alice, bob] = [stage.name('alice'), stage.name('bob')];
    const phone = await stage.connectSynced(alice, { device: 'phone' });
    const laptop = await stage.connectSynced(alice, { device: 'laptop' });
    const other = await stage.connectSynced(bob);
    const sent = { payload: { text: 'hello' }, type: 'greeting', priority: 'high', from: bob } as const;
    const before = Date.now();
    const answer = await stage.api.publish({ to: { user: alice }, ...sent, ttlSeconds: 60 });

    const timeline = `user:${alice}`;
    const { id, epoch } = answer.body;
    expect(answer.status).toBe(202);
    expect(id).toMatch(uuidV7);
    expect(answer.body).toEqual({ id, state: 'published', timeline, offset: 1, epoch, online: true });
    await settle(stage, phone, laptop, other);
    for (const device of [phone, laptop]) {
      const times = { at: expect.any(Number) as number, expiresAt: expect.any(Number) as number };
      expect(received(device)).toEqual([{ timeline, offset: 1, epoch, message: { id, ...sent, ...times } }]);
      const [delivered] = received(device);
      expect(delivered?.message.at).toBeGreaterThanOrEqual(before - 1);
      expect(delivered?.message.at).toBeLessThanOrEqual(Date.now() + 1);
      expect(delivered?.message.expiresAt).toBe((delivered?.message.at ?? 0) + 60_000);
    }
    expect(received(other)).toEqual([]);
  });

  test('somebody who is offline is told by online: false, and finds it at the next connect', async () => {
    const alice = stage.name('alice');
    const accepted = await publish(stage.api, { to: { user: alice }, payload: 'later' });
    expect(accepted.online).toBe(false);
    const client = await stage.connectSynced(alice);
    expect(payloads(client)).toEqual(['later']);
  });

  test('somebody unknown becomes known', async () => {
    const stranger = stage.name('stranger');
    expect((await stage.api.user(stranger)).status).toBe(404);
    await publish(stage.api, { to: { user: stranger }, payload: 1 });
    expect((await stage.api.user(stranger)).status).toBe(200);
  });

  test.each([
    ['null', null],
    ['false', false],
    ['a number', -1.25e-7],
    ['an empty string', ''],
    ['an empty list', []],
    ['text of every width', 'a ß € 𝄞 \u2028 \u0000 " \\ </script>'],
    ['keys in their order', { b: 1, a: { z: [1, [2, [3]]], y: null } }],
    ['60 KiB', 'x'.repeat(60 * 1024)],
  ])('a payload arrives as it was sent: %s', async (_, payload) => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    await publish(stage.api, { to: { user: alice }, payload });
    const [live] = await client.waitForMessages(`user:${alice}`, 1);
    expect(JSON.stringify(live?.message.payload)).toBe(JSON.stringify(payload));
    const [caughtUp] = received(await stage.connectSynced(alice));
    expect(caughtUp?.message).toEqual(live?.message);
  });

  test('ids of every kind are kept apart: separators, braces, wildcards, look-alikes, 128 bytes', async () => {
    const base = stage.name('id');
    const users = ['', '/', '%2F', ':', '{x}', '*', ' ', '.', '..', '\u00e9', 'e\u0301', '"', '#?&'].map(
      (end) => base + end,
    );
    users.push(base.padEnd(128, '-'), `${base}${'ü'.repeat(20)}`);
    for (const user of users) await publish(stage.api, { to: { user }, payload: user });
    for (const user of users) {
      const client = await stage.connectSynced(user);
      expect(client.connected.user).toBe(user);
      expect(payloads(client)).toEqual([user]);
    }
  });
});

describe('to a group', () => {
  test('a message reaches its members once, also one who is offline, and no one else', async () => {
    const [ann, ben, cid, off] = [stage.name('ann'), stage.name('ben'), stage.name('cid'), stage.name('off')];
    const group = stage.name('eng');
    await makeGroup(stage.api, group, ann, ben, off);
    await makeGroup(stage.api, stage.name('other'), cid);
    const members = [await stage.connectSynced(ann), await stage.connectSynced(ben), await stage.connectSynced(ann)];
    const outsider = await stage.connectSynced(cid);
    const accepted = await publish(stage.api, { to: { group }, payload: 'for eng' });
    expect(accepted).toMatchObject({ timeline: `group:${group}`, offset: 1, online: true });

    await settle(stage, ...members, outsider);
    for (const member of members) {
      const { offset, epoch, timeline } = accepted;
      expect(received(member)).toMatchObject([{ timeline, offset, epoch, message: { payload: 'for eng' } }]);
    }
    expect(received(outsider)).toEqual([]);
    expect((await stage.api.unread(off)).body).toMatchObject({ total: 1, timelines: { [`group:${group}`]: 1 } });
    expect((await stage.api.inbox(cid, { timeline: '*' })).body.messages).toEqual([]);
    expect(payloads(await stage.connectSynced(off))).toEqual(['for eng']);
    expect(payloads(await stage.connectSynced(cid))).toEqual([]);
  });

  test('that nobody has made is answered with 404 group_unknown, and one without members is not', async () => {
    const group = stage.name('eng');
    const answer = await stage.api.publish({ to: { group }, payload: 1 });
    expect(answer).toMatchObject({ status: 404, body: { code: 'group_unknown' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    await stage.api.putGroup(group);
    const accepted = await publish(stage.api, { to: { group }, payload: 1 });
    expect(accepted).toMatchObject({ offset: 1, online: false });
  });
});

describe('to all', () => {
  test('a message reaches those online and those offline once, but not those who come to be known later', async () => {
    const [here, away, later] = [stage.name('here'), stage.name('away'), stage.name('later')];
    const payload = stage.name('to-all');
    await stage.api.putUser(away);
    const clients = [await stage.connectSynced(here), await stage.connectSynced(stage.name('there'))];
    const accepted = await publish(stage.api, { to: { all: true }, payload });
    expect(accepted).toMatchObject({ timeline: 'all', online: true });
    await settle(stage, ...clients);
    await stage.api.putUser(later);

    clients.push(await stage.connectSynced(away));
    for (const client of clients) {
      expect(payloads(client, 'all')).toEqual([payload]);
      expect(received(client)[0]).toMatchObject({ offset: accepted.offset, epoch: accepted.epoch });
    }
    expect(payloads(await stage.connectSynced(later))).toEqual([]);
    expect((await stage.api.unread(later)).body.total).toBe(0);
    expect((await stage.api.unread(away)).body.total).toBe(1);
  });
});

describe('to everyone online', () => {
  test('a message reaches every session that is open, is not stored, and is gone for everyone else', async () => {
    const [here, away] = [stage.name('here'), stage.name('away')];
    await stage.api.putUser(away);
    const clients = [
      await stage.connectSynced(here),
      await stage.connectSynced(here),
      await stage.connectSynced(stage.name('x')),
    ];
    const payload = stage.name('to-online');
    const accepted = await publish(stage.api, { to: { online: true }, payload });
    expect(accepted).toEqual({ id: accepted.id, state: 'published', online: true });

    await settle(stage, ...clients);
    for (const client of clients) {
      expect(payloads(client)).toEqual([payload]);
      expect(received(client)[0]).not.toHaveProperty('offset');
      expect(received(client)[0]).not.toHaveProperty('epoch');
    }
    for (const user of [here, away]) {
      expect(received(await stage.connectSynced(user))).toEqual([]);
      expect((await stage.api.unread(user)).body.total).toBe(0);
      expect((await stage.api.inbox(user, { timeline: '*' })).body.messages).toEqual([]);
    }
  });
});

describe('ephemeral', () => {
  test('to a user: the sessions that are open get it without a position, nothing is kept', async () => {
    const alice = stage.name('alice');
    const clients = [await stage.connectSynced(alice), await stage.connectSynced(alice)];
    const accepted = await publish(stage.api, { to: { user: alice }, payload: 'typing', ephemeral: true });
    expect(accepted).toMatchObject({ state: 'published', online: true });
    expect(accepted).not.toHaveProperty('offset');
    await settle(stage, ...clients);
    for (const client of clients) {
      expect(payloads(client)).toEqual(['typing']);
      expect(received(client)[0]).not.toHaveProperty('offset');
    }
    expect((await stage.api.inbox(alice)).body.messages).toEqual([]);
    const next = await publish(stage.api, { to: { user: alice }, payload: 'kept' });
    expect(next.offset).toBe(1);
  });

  test('with nobody there: online is false, and it never comes', async () => {
    const alice = stage.name('alice');
    const accepted = await publish(stage.api, { to: { user: alice }, payload: 'typing', ephemeral: true });
    expect(accepted.online).toBe(false);
    expect(received(await stage.connectSynced(alice))).toEqual([]);
    expect((await stage.api.unread(alice)).body.total).toBe(0);
  });

  test('to a group: only members who are there', async () => {
    const [ann, ben, cid] = [stage.name('ann'), stage.name('ben'), stage.name('cid')];
    const group = stage.name('eng');
    await makeGroup(stage.api, group, ann, ben);
    const [member, outsider] = [await stage.connectSynced(ann), await stage.connectSynced(cid)];
    const accepted = await publish(stage.api, { to: { group }, payload: 'typing', ephemeral: true });
    expect(accepted.online).toBe(true);
    await settle(stage, member, outsider);
    expect(payloads(member)).toEqual(['typing']);
    expect(payloads(outsider)).toEqual([]);
    expect(payloads(await stage.connectSynced(ben))).toEqual([]);
    const unknown = await stage.api.publish({ to: { group: stage.name('no') }, payload: 1, ephemeral: true });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'group_unknown' } });
  });
});

describe('a batch', () => {
  test('goes to each its audience, is answered in order, and one that is wrong fails alone', async () => {
    const [alice, bob, group] = [stage.name('alice'), stage.name('bob'), stage.name('eng')];
    await makeGroup(stage.api, group, bob);
    const [hers, his] = [await stage.connectSynced(alice), await stage.connectSynced(bob)];
    const answer = await stage.api.batch([
      { to: { user: alice }, payload: 'a1' },
      { to: { group }, payload: 'g1' },
      { to: { group: stage.name('no') }, payload: 'lost' },
      { to: { user: '' }, payload: 'invalid' },
      { to: { user: alice }, payload: 'a2' },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.results).toMatchObject([
      { state: 'published', timeline: `user:${alice}`, offset: 1, online: true },
      { state: 'published', timeline: `group:${group}`, offset: 1, online: true },
      { error: { code: 'group_unknown', status: 404 } },
      { error: { code: 'invalid', status: 422 } },
      { state: 'published', timeline: `user:${alice}`, offset: 2, online: true },
    ]);
    await settle(stage, hers, his);
    expect(payloads(hers)).toEqual(['a1', 'a2']);
    expect(payloads(his)).toEqual(['g1']);
  });

  test('of a thousand reaches one reader in the order of the batch', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    const numbers = Array.from({ length: 1000 }, (_, index) => index);
    const answer = await stage.api.batch(numbers.map((payload) => ({ to: { user: alice }, payload })));
    expect(answer.body.results).toHaveLength(1000);
    await client.waitForMessages(`user:${alice}`, 1000, 20_000);
    expect(payloads(client)).toEqual(numbers);
  });
});
