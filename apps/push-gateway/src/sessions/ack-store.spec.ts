import { Keyspace } from '@fanfare/redis-scripts';
import type { Acknowledged, SessionRegistry } from '@fanfare/roster';
import { AckStore } from './ack-store.js';
import { newSession } from './sessions.fixture.js';

const keys = new Keyspace('default', 4);
const PHONE = { user: 'a', device: 'phone' };

/** A registry that notes what it is to store, and fails as long as it is told to. */
function store() {
  const stored: Acknowledged[][] = [];
  const errors: unknown[] = [];
  const state = { isFailing: false };
  const registry = {
    acknowledge: async (acks: Acknowledged[]) => {
      if (state.isFailing) throw new Error('Redis is away');
      stored.push(acks);
    },
  };
  const acks = new AckStore(registry as unknown as SessionRegistry, keys, (error) => errors.push(error));
  return { acks, stored, errors, state };
}

test('of many acknowledgements the furthest of each timeline is stored, in one call', async () => {
  const { acks, stored } = store();
  const { session } = newSession('a');
  for (const offset of [1, 5, 3]) acks.note(session, 'all', offset, '1.a.2');
  acks.note(session, 'user:a', 9, '1.a.2');
  await acks.flush();
  await acks.flush();
  expect(stored).toEqual([
    [
      { ...PHONE, timeline: 'all', offset: 5, epoch: '1.a.2' },
      { ...PHONE, timeline: 'user:a', offset: 9, epoch: '1.a.2' },
    ],
  ]);
});

test('a lower offset of a later epoch goes before a higher one of an earlier epoch', async () => {
  const { acks, stored } = store();
  const { session } = newSession('a');
  acks.note(session, 'all', 9, '1.a.2');
  acks.note(session, 'all', 4, '2.b.2');
  await acks.flush();
  expect(stored).toEqual([[{ ...PHONE, timeline: 'all', offset: 4, epoch: '2.b.2' }]]);
});

test('what could not be stored is stored with the next second, unless it went further meanwhile', async () => {
  const { acks, stored, errors, state } = store();
  const { session } = newSession('a');
  acks.note(session, 'all', 5, '1.a.2');
  acks.note(session, 'user:a', 1, '1.a.2');
  state.isFailing = true;
  await acks.flush();
  acks.note(session, 'all', 7, '1.a.2');
  state.isFailing = false;
  await acks.flush();
  expect(errors).toHaveLength(1);
  expect(stored.flat()).toEqual(
    expect.arrayContaining([
      { ...PHONE, timeline: 'all', offset: 7, epoch: '1.a.2' },
      { ...PHONE, timeline: 'user:a', offset: 1, epoch: '1.a.2' },
    ]),
  );
});

test('devices of users of one partition share a call, up to 64 of them; other partitions have their own', async () => {
  const { acks, stored } = store();
  const users = Array.from({ length: 1000 }, (_, index) => `user-${index}`);
  for (const user of users) acks.note(newSession(user).session, 'all', 1, '1.a.2');
  await acks.flush();
  expect(stored.flat().map(({ user }) => user)).toEqual(expect.arrayContaining(users));
  expect(stored.flat()).toHaveLength(1000);
  for (const call of stored) {
    expect(new Set(call.map(({ user }) => keys.homeOf('user', user))).size).toBe(1);
    expect(call.length).toBeLessThanOrEqual(64);
  }
  expect(stored.length).toBeLessThanOrEqual(1000 / 64 + 4);
});

test('for a session without a device, and after its end, nothing is kept', async () => {
  const { acks, stored, state } = store();
  const { session } = newSession('a');
  const nameless = Object.assign(Object.create(session) as typeof session, { device: '' });
  acks.note(nameless, 'all', 5, '1.a.2');
  await acks.flush();
  expect(stored).toEqual([]);
  state.isFailing = true;
  acks.note(session, 'all', 5, '1.a.2');
  session.isClosed = true;
  await acks.flush();
  state.isFailing = false;
  await acks.flush();
  expect(stored).toEqual([]);
});
