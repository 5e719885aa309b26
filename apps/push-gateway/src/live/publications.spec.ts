// What comes in on the links, handed to those it is for.
import type { Publication } from '@fanfare/node-link';
import type { GroupFollower } from '../sessions/group-follower.js';
import type { Session } from '../sessions/session.js';
import { SessionHub } from '../sessions/session-hub.js';
import { HIGH_WATER, keys, newSession } from '../sessions/sessions.fixture.js';
import { Publications } from './publications.js';

const EPOCH = '1.a.2';
const link = { fence: '1.a', sequence: 1 };
const body = Buffer.from('{"id":"x"}');

/** Sessions of `users`, live on all of their timelines, and a group follower that notes what it is asked for. */
function started(...users: string[]) {
  const hub = new SessionHub(keys);
  const asked: string[] = [];
  const groups = {
    detach: async (session: Session, name: string) => {
      asked.push(`detach ${session.user} ${name}`);
      hub.unfollow(session, name);
    },
    attach: async (session: Session, { group, version }: { group: string; version: number }) => {
      asked.push(`attach ${session.user} ${group} ${version}`);
      return { timeline: `group:${group}`, epoch: EPOCH, head: 0, read: 0, unread: 0, from: 0 };
    },
  };
  const errors: string[] = [];
  const publications = new Publications(hub, groups as unknown as GroupFollower, (what) => void errors.push(what));
  const opened = users.map((user) => {
    const { session, transport } = newSession(user);
    hub.add(session);
    return { session, transport };
  });
  const goLive = (): void => {
    for (const { session } of opened) {
      for (const follower of session.followers.values()) Object.assign(follower, { isLive: true, epoch: EPOCH });
    }
  };
  goLive();
  return { hub, publications, asked, errors, opened, goLive };
}
const message = (timeline: string, offset: number): Publication => ({
  ...{ ...link, kind: 'message', timeline, offset, epoch: EPOCH, priority: 2, expiresAt: 0, first: 1, body },
});
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const joinGroup = (hub: SessionHub, session: Session, version: number): void => {
  const follower = session.follow(hub.timeline('group', 'g'));
  Object.assign(follower, { version, isLive: true, epoch: EPOCH });
};

test('a message reaches the sessions that follow its timeline, and no others', async () => {
  const { publications, opened } = started('a', 'b');
  publications.handle(message('user:a', 1));
  publications.handle(message('all', 1));
  publications.handle(message('group:nobody here', 1));
  await settled();
  expect(opened.map(({ transport }) => transport.sent.map(({ data }) => data['timeline']))).toEqual([
    ['user:a', 'all'],
    ['all'],
  ]);
  expect(publications.counts.messages).toBe(2);
});

test('an ephemeral message is dropped, and counted, for those who are behind', () => {
  const { publications, opened } = started('a', 'b', 'c');
  const [slow, held] = opened;
  if (slow) slow.transport.pendingBytes = HIGH_WATER + 1;
  for (const follower of held?.session.followers.values() ?? []) follower.isHeld = true;
  publications.handle({ ...link, kind: 'ephemeral', timeline: 'all', priority: 2, body });
  expect(opened.map(({ transport }) => transport.sent.length)).toEqual([0, 0, 1]);
  expect(publications.counts.ephemeralDropped).toBe(1);
});

test('what was read is told to the user’s sessions, except the one that read', () => {
  const { publications, opened } = started('a', 'a', 'b');
  const exceptSession = opened[0]?.session.id ?? '';
  publications.handle({ ...link, kind: 'read', user: 'a', timeline: 'all', offset: 5, unread: 2, exceptSession });
  expect(opened.map(({ transport }) => transport.sent)).toEqual([
    [],
    [{ event: 'read', data: { timeline: 'all', read: 5, unread: 2 } }],
    [],
  ]);
});

test('before a session was told `connected`, nothing else is told', () => {
  const { publications, opened } = started('a');
  const [first] = opened;
  if (first) first.session.isConnected = false;
  publications.handle({ ...link, kind: 'read', user: 'a', timeline: 'all', offset: 5, unread: 2, exceptSession: '' });
  publications.handle({ ...link, kind: 'ephemeral', timeline: 'all', priority: 2, body });
  expect(first?.transport.sent).toEqual([]);
});

test('who left gets nothing of the group that is published after', async () => {
  const { hub, publications, opened, asked } = started('a', 'b');
  for (const { session } of opened) joinGroup(hub, session, 7);
  publications.handle(message('group:g', 1));
  publications.handle({ ...link, kind: 'left', group: 'g', version: 8, users: ['a', 'unknown'] });
  publications.handle(message('group:g', 2));
  await settled();
  expect(opened.map(({ transport }) => transport.sent.map(({ event, data }) => data['offset'] ?? event))).toEqual([
    [1, 'membership'],
    [1, 2],
  ]);
  expect(opened[0]?.transport.sent[1]?.data).toEqual({ group: 'g', state: 'left' });
  expect(asked).toEqual(['detach a group:g']);
});

test('a leaving that is older than the joining by which a session follows changes nothing', async () => {
  const { hub, publications, opened, asked } = started('a');
  const [first] = opened;
  if (first) joinGroup(hub, first.session, 9);
  publications.handle({ ...link, kind: 'left', group: 'g', version: 8, users: ['a'] });
  publications.handle(message('group:g', 1));
  await settled();
  expect([asked, first?.transport.offsets('group:g')]).toEqual([[], [1]]);
});

test('who joined is attached and told, once for each session', async () => {
  const { publications, opened, asked } = started('a', 'a', 'b');
  publications.handle({ ...link, kind: 'joined', user: 'a', group: 'g', version: 7, position: `3 ${EPOCH}` });
  await settled();
  expect(asked).toEqual(['attach a g 7', 'attach a g 7']);
  const told = { event: 'membership', data: { group: 'g', state: 'joined' } };
  for (const { transport } of opened.slice(0, 2)) expect(transport.sent).toMatchObject([told]);
  expect(opened[2]?.transport.sent).toEqual([]);
});

test('a joining by which a session follows already, or an older one, is not carried out again', async () => {
  const { hub, publications, opened, asked } = started('a');
  const [first] = opened;
  if (first) joinGroup(hub, first.session, 7);
  for (const version of [6, 7]) {
    publications.handle({ ...link, kind: 'joined', user: 'a', group: 'g', version, position: `3 ${EPOCH}` });
  }
  await settled();
  expect(asked).toEqual([]);
});

test('what a newer version publishes is passed over', () => {
  const { publications, opened, errors } = started('a');
  publications.handle({ ...link, kind: 'unknown' });
  expect([opened[0]?.transport.sent, errors]).toEqual([[], []]);
});

test('who was in a group that is deleted gets nothing of it after, unless they joined after that', async () => {
  const { hub, publications, opened, asked } = started('a', 'b', 'c');
  opened.slice(0, 2).forEach(({ session }, index) => joinGroup(hub, session, 7 + index * 2));
  publications.handle({ ...link, kind: 'deleted', group: 'g', version: 8 });
  publications.handle({ ...link, kind: 'deleted', group: 'unknown', version: 8 });
  publications.handle(message('group:g', 1));
  await settled();
  expect(asked).toEqual(['detach a group:g']);
  expect(opened.map(({ transport }) => transport.sent.map(({ event }) => event))).toEqual([
    ['membership'],
    ['message'],
    [],
  ]);
});

test('those sessions of a user are closed that are named, and no others', () => {
  const { publications, opened } = started('a', 'a', 'b');
  const [one, , other] = opened;
  const sessions = [one?.session.id ?? '', other?.session.id ?? '', 'unknown'];
  publications.handle({ ...link, kind: 'disconnect', user: 'a', sessions });
  publications.handle({ ...link, kind: 'disconnect', user: 'unknown', sessions });
  expect(opened.map(({ transport }) => transport.closed)).toEqual([[4409], [], []]);
});
