// @fanfare/server against a running Fanfare: what it promises of retries, and that every answer is what its types say.
import { Fanfare, FanfareError } from '@fanfare/server';
import { FaultProxy, until } from '@fanfare/testing';
import { useStage } from './stage.js';

const stage = useStage();

const apiPort = (): number => stage.fanfare.apis[0]?.port ?? 0;
const fanfareAt = (port: number, retries?: number): Fanfare =>
  new Fanfare({
    url: `http://127.0.0.1:${port}`,
    key: stage.fanfare.credentials.adminKey,
    ...(retries === undefined ? {} : { retries }),
  });

describe('through a network that cuts the connection after the request was carried out and before its answer', () => {
  let proxy: FaultProxy;
  beforeEach(async () => {
    proxy = await FaultProxy.open({ port: apiPort() });
  });
  afterEach(() => proxy.close());

  test('publishing succeeds, and there is one message', async () => {
    const user = stage.name('alice');
    proxy.cutReplyOf('POST /v1/messages');
    const answer = await fanfareAt(proxy.port).publish({ to: { user }, payload: 'once' });
    expect(answer).toMatchObject({ state: 'published', offset: 1, duplicate: true });
    expect((await stage.api.inbox(user)).body.messages).toHaveLength(1);
  });

  test('a batch succeeds, and there is each message once', async () => {
    const user = stage.name('alice');
    proxy.cutReplyOf('POST /v1/messages/batch');
    const results = await fanfareAt(proxy.port).publishBatch([1, 2, 3].map((payload) => ({ to: { user }, payload })));
    expect(results.map((result) => 'offset' in result && result.offset)).toEqual([1, 2, 3]);
    expect((await stage.api.inbox(user)).body.messages).toHaveLength(3);
  });

  test('control: without retries the caller is told, and a second call is a second message', async () => {
    const user = stage.name('alice');
    const fanfare = fanfareAt(proxy.port, 0);
    proxy.cutReplyOf('POST /v1/messages');
    await expect(fanfare.publish({ to: { user }, payload: 'twice' })).rejects.toMatchObject({ code: 'unreachable' });
    expect(await fanfare.publish({ to: { user }, payload: 'twice' })).toMatchObject({ offset: 2 });
  });

  test('a stalled connection is given up after timeoutMs, and what was sent is there once', async () => {
    const user = stage.name('alice');
    proxy.stall();
    const publishing = fanfareAt(proxy.port, 5).publish({ to: { user }, payload: 'once' }, { timeoutMs: 500 });
    await until(() => proxy.connections > 1, { what: 'a second attempt' });
    proxy.resume();
    await publishing;
    await stage.api.publish({ to: { user }, payload: 'last' });
    expect((await stage.api.inbox(user)).body.messages).toHaveLength(2);
  });
});

test('users and their inbox', async () => {
  const fanfare = fanfareAt(apiPort());
  const prefix = stage.name('u');
  const [ada, bea] = [`${prefix}-ada/ä`, `${prefix}-bea`];
  expect(await fanfare.users.put(ada, { plan: 'pro' })).toEqual({ id: ada, attributes: { plan: 'pro' } });
  await fanfare.users.put(bea);
  for (const payload of [1, 2, 3]) await fanfare.publish({ to: { user: ada }, payload });

  const found = [];
  for await (const { id, knownSince } of fanfare.users.all({ prefix, limit: 1 })) found.push([id, typeof knownSince]);
  expect(found.sort()).toEqual([ada, bea].map((id) => [id, 'number']).sort());
  expect(await fanfare.users.get(ada)).toMatchObject({
    ...{ id: ada, attributes: { plan: 'pro' }, counts: { unread: 3, groups: 0 } },
    presence: { online: false, devices: 0 },
  });

  const payloads = [];
  for await (const { message } of fanfare.users.inboxAll(ada, { limit: 2 })) payloads.push(message.payload);
  expect(payloads).toEqual([3, 2, 1]);
  expect(await fanfare.users.read(ada, { timeline: `user:${ada}`, upTo: 2 })).toEqual({ unread: 1 });
  expect((await fanfare.users.inbox(ada, { unread: true })).messages).toHaveLength(1);
  expect((await fanfare.users.unread(ada)).total).toBe(1);
  await fanfare.users.delete(ada);
  await expect(fanfare.users.get(ada)).rejects.toMatchObject({ code: 'not_found', status: 404 });
});

test('groups, sessions and presence', async () => {
  const fanfare = fanfareAt(apiPort());
  const [group, ann, ben] = [stage.name('g'), stage.name('ann'), stage.name('ben')];
  expect(await fanfare.groups.put(group, { retention: { messages: 10 } })).toMatchObject({ id: group });
  expect(await fanfare.groups.join(group, ann)).toEqual({ group, user: ann });
  expect(await fanfare.groups.change(group, { add: [ben, ann] })).toEqual({ added: 1, removed: 0 });
  expect(await fanfare.groups.get(group)).toMatchObject({ members: 2, head: 0, retention: { messages: 10 } });

  await stage.connectSynced(ann, { device: 'phone' });
  expect((await fanfare.users.sessions(ann)).sessions).toMatchObject([{ device: 'phone' }]);
  expect(await fanfare.presence.query([ann, ben])).toMatchObject({ [ann]: { online: true }, [ben]: { online: false } });
  expect(await fanfare.groups.presence(group)).toMatchObject({ online: 1, users: [{ id: ann }] });
  const online = [];
  for await (const { id } of fanfare.presence.onlineAll()) online.push(id);
  expect(online).toContain(ann);
  await fanfare.users.disconnect(ann);
  await until(async () => (await fanfare.users.sessions(ann)).sessions.length === 0, { what: 'no session' });

  await fanfare.groups.leave(group, ben);
  const members = [];
  for await (const { user } of fanfare.groups.membersAll(group, { limit: 1 })) members.push(user);
  expect(members).toEqual([ann]);
  expect((await fanfare.users.groups(ann)).groups).toMatchObject([{ group }]);
  await fanfare.groups.delete(group);
  await expect(fanfare.publish({ to: { group }, payload: 1 })).rejects.toMatchObject({ code: 'group_unknown' });
});

test('jobs, cancelling, retracting, reach, the log and tokens', async () => {
  const fanfare = fanfareAt(apiPort());
  const user = stage.name('alice');
  const later = await fanfare.publish({ to: { user }, payload: 1, deliverAt: Date.now() + 3_600_000 });
  expect(later).toMatchObject({ state: 'scheduled', job: later.id });
  expect(await fanfare.message(later.id)).toMatchObject({ id: later.id, state: 'scheduled' });
  await fanfare.cancel(later.id);
  expect(await fanfare.jobs.get(later.id)).toMatchObject({ state: 'cancelled' });
  expect((await fanfare.jobs.list({ state: 'cancelled' })).jobs.map(({ id }) => id)).toContain(later.id);

  const now = await fanfare.publish({ to: { user }, payload: null });
  await fanfare.retract(now.id, `user:${user}`);
  expect((await fanfare.users.inbox(user)).messages).toEqual([]);
  expect(await fanfare.reach({ to: { users: [user, 'b'] }, payload: 1 })).toBe(2);
  await until(async () => (await fanfare.messages.log()).messages.some(({ id }) => id === now.id), { what: 'the log' });

  const { token } = await fanfare.tokens.create({ user, device: 'phone', ttlSeconds: 60 });
  const session = await stage.connect(user, { token, device: 'phone' });
  expect(session.connected.device).toBe('phone');
  expect(await fanfare.deadLetters.list()).toEqual({ deadLetters: [], cursor: null });
  const retrying = fanfare.deadLetters.retry(later.id);
  await expect(retrying).rejects.toBeInstanceOf(FanfareError);
  await expect(retrying).rejects.toMatchObject({ code: 'not_found' });
});
