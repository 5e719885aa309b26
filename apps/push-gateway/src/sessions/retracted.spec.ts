// A retraction finds every follower where it is: live, behind, with a page on its way, held back, or in another epoch.
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { CatchUp } from './catch-up.js';
import type { ReadAhead } from './follower.js';
import { LocalTimeline } from './local-timeline.js';
import { entry, keys, newSession } from './sessions.fixture.js';
import { serverFrame } from '../frames/server-frame.js';

const EPOCH = '1.a.2';
const NAME = 'group:g';
const stored = (offset: number) => ({
  offset,
  entry: Buffer.concat([Buffer.alloc(7), Buffer.from(`{"id":${offset}}`)]),
});
const page = (from: number, reached: number, epoch = EPOCH): ReadAhead => ({
  ...{ epoch, head: reached, from, reset: '', reached },
  entries: Array.from({ length: reached - from }, (_, index) => stored(from + index + 1)),
});

/** A session that follows one timeline; `read` says what Redis answers. */
function follow(
  at: { sent: number; isLive: boolean; floor?: number; epoch?: string },
  read?: () => Promise<ReadAhead>,
) {
  const call = async () => ({ status: 'OK', ...(await (read ?? (() => Promise.reject(new Error('not asked'))))()) });
  const node = { id: 'n1', received: () => Promise.resolve() };
  const onError = (error: unknown): void => expect(error).toBe(null);
  const catchUp = new CatchUp({ call } as unknown as ScriptRunner, () => node, { onError });
  const { session, transport } = newSession('a', catchUp.pump);
  const timeline = new LocalTimeline(NAME, 'group', 'g', keys.group('g'));
  const follower = session.follow(timeline);
  session.isSynced = true;
  Object.assign(follower, { epoch: EPOCH, ...at });
  return { session, transport, timeline, follower };
}
const retract = (timeline: LocalTimeline, offset: number, epoch = EPOCH): void =>
  timeline.retract(epoch, offset, serverFrame('retract', { timeline: NAME, offset }));
const told = ({ sent }: { sent: readonly { event: string; data: Record<string, unknown> }[] }) =>
  sent.map(({ event, data }) => `${event} ${String(data['offset'])}`);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('who is live hears of it after the message, and of nothing that was never theirs', () => {
  const { transport, timeline, follower } = follow({ sent: 4, isLive: true });
  timeline.push(EPOCH, entry(NAME, 5));
  retract(timeline, 5);
  retract(timeline, 3);
  follower.floor = 2;
  retract(timeline, 2);
  expect(told(transport)).toEqual(['message 5', 'retract 5', 'retract 3']);
});

test('who has it and is held back hears of it at once: it is about what they have', () => {
  const { transport, timeline, follower } = follow({ sent: 4, isLive: false });
  follower.isHeld = true;
  retract(timeline, 4);
  expect(told(transport)).toEqual(['retract 4']);
});

test('who catches up from the tail gets neither the message nor the retraction', async () => {
  const { session, transport, timeline, follower } = follow({ sent: 4, isLive: false });
  for (const offset of [5, 6, 7]) timeline.push(EPOCH, entry(NAME, offset));
  retract(timeline, 6);
  session.catchUp();
  await settled();
  expect(told(transport)).toEqual(['message 5', 'message 7']);
  expect([follower.isLive, follower.sent]).toEqual([true, 7]);
});

test('a page that was read before it and comes after it is sent without the message', async () => {
  let answer: (page: ReadAhead) => void = () => undefined;
  const { session, transport, timeline, follower } = follow(
    { sent: 4, isLive: false },
    () => new Promise((resolve) => (answer = resolve)),
  );
  session.catchUp();
  await settled();
  retract(timeline, 6);
  answer(page(4, 7));
  await settled();
  expect(told(transport)).toEqual(['message 5', 'message 7']);
  expect(follower.sent).toBe(7);
});

test('so is what was read when the session was opened', async () => {
  const { session, transport, timeline, follower } = follow({ sent: 0, isLive: false, epoch: '' });
  follower.ahead = page(4, 6);
  retract(timeline, 5);
  session.catchUp();
  await settled();
  expect(told(transport)).toEqual(['message 6']);
});

test('control: without a retraction the page is sent whole', async () => {
  const { session, transport } = follow({ sent: 4, isLive: false }, () => Promise.resolve(page(4, 7)));
  session.catchUp();
  await settled();
  expect(told(transport)).toEqual(['message 5', 'message 6', 'message 7']);
});

test('in a new epoch it waits for the page that says what the position stands for', async () => {
  const next = '2.b.2';
  const { session, transport, timeline } = follow({ sent: 6, isLive: false }, () =>
    Promise.resolve({ ...page(5, 7, next), reset: 'rolled_back' }),
  );
  retract(timeline, 5, next); // which the device has
  retract(timeline, 6, next); // which it had, of a tail that was lost; another message stands there now
  expect(told(transport)).toEqual([]);
  session.catchUp();
  await settled();
  expect(told(transport)).toEqual(['reset undefined', 'retract 5', 'message 7']);
});

test('an offset that is given out again in a later epoch is not taken for the one that was retracted', async () => {
  const { session, transport, timeline } = follow({ sent: 4, isLive: false }, () =>
    Promise.resolve(page(4, 6, '3.c.2')),
  );
  retract(timeline, 6);
  session.catchUp();
  await settled();
  expect(told(transport)).toEqual(['message 5', 'message 6']);
});

test('what is remembered of retractions is bounded', async () => {
  const { session, transport, timeline } = follow({ sent: 0, isLive: false }, () => Promise.resolve(page(0, 1500)));
  for (let offset = 1; offset <= 1400; offset += 1) retract(timeline, offset);
  session.catchUp();
  await settled();
  // The oldest are forgotten; what Redis answers has no entry for them in earnest.
  expect(transport.sent).toHaveLength(1500 - 1024);
});
