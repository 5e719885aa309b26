import type { Acknowledged, SessionRegistry } from '@fanfare/roster';
import { AckStore } from './ack-store.js';
import { newSession } from './sessions.fixture.js';

/** A registry that notes what it is to store, and fails as long as it is told to. */
function store() {
  const stored: Acknowledged[][] = [];
  const errors: unknown[] = [];
  const state = { isFailing: false };
  const registry = {
    acknowledge: async (_user: string, _device: string, acks: Acknowledged[]) => {
      if (state.isFailing) throw new Error('Redis is away');
      stored.push(acks);
    },
  };
  const acks = new AckStore(registry as unknown as SessionRegistry, (error) => errors.push(error));
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
      { timeline: 'all', offset: 5, epoch: '1.a.2' },
      { timeline: 'user:a', offset: 9, epoch: '1.a.2' },
    ],
  ]);
});

test('a lower offset of a later epoch goes before a higher one of an earlier epoch', async () => {
  const { acks, stored } = store();
  const { session } = newSession('a');
  acks.note(session, 'all', 9, '1.a.2');
  acks.note(session, 'all', 4, '2.b.2');
  await acks.flush();
  expect(stored).toEqual([[{ timeline: 'all', offset: 4, epoch: '2.b.2' }]]);
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
      { timeline: 'all', offset: 7, epoch: '1.a.2' },
      { timeline: 'user:a', offset: 1, epoch: '1.a.2' },
    ]),
  );
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
