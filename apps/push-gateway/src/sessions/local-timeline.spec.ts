// A timeline as a node holds it: who gets a frame live, who falls back, and how far the tail reaches.
import fc from 'fast-check';
import type { Follower } from './follower.js';
import { LocalTimeline } from './local-timeline.js';
import { entry, HIGH_WATER, keys, newSession } from './sessions.fixture.js';

const EPOCH = '1.a.2';
const NAME = 'group:g';
const newTimeline = (): LocalTimeline => new LocalTimeline(NAME, 'group', 'g', keys.group('g'));

/** A session that is live at an offset, and whether it was asked to catch up. */
function follow(timeline: LocalTimeline, sent: number, user = 'a') {
  const asked = jest.fn();
  const { session, transport } = newSession(user, asked);
  const follower = session.follow(timeline);
  Object.assign(follower, { sent, epoch: EPOCH, isLive: true });
  return { session, transport, follower, asked };
}
const push = (timeline: LocalTimeline, offset: number, epoch = EPOCH): number =>
  timeline.push(epoch, entry(NAME, offset, epoch));

test('who is live gets the next frame, and it is the same bytes for all', () => {
  const timeline = newTimeline();
  const [one, other] = [follow(timeline, 4), follow(timeline, 4, 'b')];
  const frames: Buffer[] = [];
  for (const { transport } of [one, other]) transport.send = (frame) => void frames.push(frame);
  push(timeline, 5);
  expect(frames).toHaveLength(2);
  expect(frames[0]).toBe(frames[1]);
  expect([one.follower.sent, one.follower.isLive]).toEqual([5, true]);
});

test('a frame that was sent already is not sent again', () => {
  const timeline = newTimeline();
  const { transport, follower } = follow(timeline, 5);
  for (const offset of [4, 5]) push(timeline, offset);
  expect([transport.sent, follower.isLive, follower.sent]).toEqual([[], true, 5]);
});

test.each([
  ['something is missing before it', 7, EPOCH, 0],
  ['the epoch is another', 6, '2.b.2', 0],
  ['the session is behind', 6, EPOCH, HIGH_WATER + 1],
])('where %s the frame is not sent, and the session catches up', (_, offset, epoch, pendingBytes) => {
  const timeline = newTimeline();
  const { transport, follower, asked } = follow(timeline, 5);
  transport.pendingBytes = pendingBytes;
  push(timeline, offset, epoch);
  expect([transport.sent, follower.isLive, follower.sent]).toEqual([[], false, 5]);
  expect(asked).toHaveBeenCalledTimes(1);
});

test.each([
  ['each is the next one', [5, 6, 7], [5, 6, 7], true],
  ['some were sent already', [3, 4, 5, 6], [5, 6], true],
  ['one came twice', [5, 5, 6], [5, 6], true],
  ['one is missing', [5, 7], [5], false],
  ['one came twice and another is missing, so that their number is right', [5, 5, 7], [5], false],
])(
  'frames that are handed out together, where %s: none is sent twice, and none after a hole',
  (_, offsets, sent, isLive) => {
    const timeline = newTimeline();
    const { transport, follower } = follow(timeline, 4);
    const count = timeline.hand(
      EPOCH,
      offsets.map((offset) => entry(NAME, offset, EPOCH)),
      true,
    );
    expect([transport.offsets(NAME), count]).toEqual([sent, sent.length]);
    expect([follower.isLive, follower.sent]).toEqual([isLive, sent.at(-1)]);
  },
);

test('one who is slow delays nobody else', () => {
  const timeline = newTimeline();
  const [slow, fast] = [follow(timeline, 0), follow(timeline, 0, 'b')];
  slow.transport.pendingBytes = HIGH_WATER + 1;
  for (let offset = 1; offset <= 50; offset += 1) push(timeline, offset);
  expect([slow.transport.sent.length, fast.transport.sent.length]).toEqual([0, 50]);
  expect(slow.asked).toHaveBeenCalledTimes(1);
});

test('one who is not live gets nothing, and is not asked again', () => {
  const timeline = newTimeline();
  const { transport, follower, asked } = follow(timeline, 0);
  follower.isLive = false;
  push(timeline, 1);
  expect([transport.sent.length, asked.mock.calls.length]).toEqual([0, 0]);
});

test('what is not the user’s is passed over, and counts as sent', () => {
  const timeline = newTimeline();
  const { transport, follower } = follow(timeline, 3);
  follower.floor = 5;
  for (const offset of [4, 5, 6]) push(timeline, offset);
  expect([transport.offsets(NAME), follower.sent]).toEqual([[6], 6]);
});

test('the tail reaches back as far as it was kept, and no further', () => {
  const timeline = newTimeline();
  for (let offset = 11; offset <= 20; offset += 1) push(timeline, offset);
  const after = (offset: number, epoch = EPOCH) => timeline.framesAfter(epoch, offset)?.map((frame) => frame.offset);
  expect(after(10)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect([after(18), after(20), after(9), after(15, '2.b.2')]).toEqual([[19, 20], [], undefined, undefined]);
});

test('of a user’s own timeline the newest frame is kept, and that something came is known; for the rest Redis is asked', () => {
  const own = new LocalTimeline('user:a', 'user', 'a', keys.user('a'));
  for (let offset = 1; offset <= 3; offset += 1) own.push(EPOCH, entry('user:a', offset, EPOCH));
  expect(own.framesAfter(EPOCH, 2)?.map(({ offset }) => offset)).toEqual([3]);
  expect(own.framesAfter(EPOCH, 1)).toBeUndefined();
  expect([own.isAhead(EPOCH, 1), own.isAhead(EPOCH, 3)]).toEqual([true, false]);
});

test('the tail is bounded by frames and by bytes', () => {
  const timeline = newTimeline();
  for (let offset = 1; offset <= 1000; offset += 1) push(timeline, offset);
  expect(timeline.framesAfter(EPOCH, 1000 - 128)).toHaveLength(128);
  expect(timeline.framesAfter(EPOCH, 1000 - 129)).toBeUndefined();
  const large = { frame: Buffer.alloc(60_000) };
  for (let offset = 1001; offset <= 1004; offset += 1) timeline.push(EPOCH, entry(NAME, offset, EPOCH, large));
  expect(timeline.framesAfter(EPOCH, 1002)).toHaveLength(2);
  expect(timeline.framesAfter(EPOCH, 1001)).toBeUndefined();
});

test('a gap or another epoch begins a new tail', () => {
  const timeline = newTimeline();
  for (const offset of [1, 2, 5]) push(timeline, offset);
  expect(timeline.framesAfter(EPOCH, 2)).toBeUndefined();
  expect(timeline.framesAfter(EPOCH, 4)).toHaveLength(1);
  push(timeline, 6, '2.b.2');
  expect(timeline.framesAfter(EPOCH, 5)).toBeUndefined();
});

test('whether something came live that a follower does not have', () => {
  const timeline = newTimeline();
  expect(timeline.isAhead(EPOCH, 0)).toBe(false);
  push(timeline, 5);
  expect([timeline.isAhead(EPOCH, 4), timeline.isAhead(EPOCH, 5)]).toEqual([true, false]);
  expect([timeline.isAhead('0.a.2', 9), timeline.isAhead('10.a.2', 1)]).toEqual([true, false]);
});

test('users are counted by their sessions', () => {
  const timeline = newTimeline();
  const followers = [follow(timeline, 0), follow(timeline, 0), follow(timeline, 0, 'b')].map(
    ({ follower }) => follower,
  );
  expect(timeline.users).toEqual(
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  );
  for (const follower of [followers[0], followers[0], followers[2]]) timeline.remove(follower as Follower);
  expect(timeline.users).toEqual(new Map([['a', 1]]));
});

type Step = { kind: 'push' | 'lose' | 'catchUp' } | { kind: 'pressure'; isBehind: boolean };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ kind: 'push' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'lose' }) },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'catchUp' }) },
  { weight: 2, arbitrary: fc.boolean().map((isBehind): Step => ({ kind: 'pressure', isBehind })) },
);

test('whatever is lost on the way and however slow the session: it gets every message once and in order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const timeline = newTimeline();
      const { transport, follower } = follow(timeline, 0);
      let head = 0;
      for (const one of steps) {
        if (one.kind === 'pressure') transport.pendingBytes = one.isBehind ? HIGH_WATER + 1 : 0;
        else if (one.kind === 'catchUp') catchUp(timeline, follower, head);
        else if ((head += 1) > 0 && one.kind === 'push') push(timeline, head);
      }
      transport.pendingBytes = 0;
      push(timeline, (head += 1));
      catchUp(timeline, follower, head);
      expect(transport.offsets(NAME)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    }),
  );
});

const facts = (head: number, epoch = EPOCH) => ({ epoch, head, first: 1, losable: 0, lifeMs: -1, leftBy: 0 });
const page = (head: number, epoch = EPOCH) => ({ epoch, head, from: head, reset: '', reached: head, entries: [] });

test('what came on the link while Redis was asked counts beside the answer', () => {
  const timeline = newTimeline();
  const learn = timeline.ask();
  push(timeline, 6);
  learn(facts(5), page(5));
  expect(timeline.standing?.head).toBe(6);
  expect(timeline.framesAfter(EPOCH, 5)?.map(({ offset }) => offset)).toEqual([6]);
});

test('an answer of another epoch than what came meanwhile teaches nothing', () => {
  const timeline = newTimeline();
  const learn = timeline.ask();
  push(timeline, 6, '2.b.2');
  learn(facts(5), page(5));
  expect([timeline.standing, timeline.framesAfter(EPOCH, 5)]).toEqual([undefined, undefined]);
});

type Turn = 'push' | 'ask' | 'answer' | 'catchUp';

test('whatever is learned while messages come: who reads on has the newest, without waiting for the next', () => {
  const turn = fc.constantFrom<Turn>('push', 'ask', 'answer', 'catchUp');
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 80 }), (turns) => {
      const timeline = newTimeline();
      const { transport, follower } = follow(timeline, 0);
      follower.isLive = false;
      let head = 0;
      const answers: (() => void)[] = [];
      const ask = (): void => {
        const [learn, then] = [timeline.ask(), head];
        answers.push(() => learn(facts(then), page(then)));
      };
      for (const one of turns) {
        if (one === 'push') push(timeline, (head += 1));
        if (one === 'ask') ask();
        if (one === 'answer') answers.shift()?.();
        if (one === 'catchUp') catchUp(timeline, follower, head);
      }
      for (const answer of answers) answer();
      catchUp(timeline, follower, head);
      expect(transport.offsets(NAME)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
      expect(timeline.standing?.head ?? head).toBe(head);
    }),
  );
});

/** Reads on from the tail, or else from the log, which holds everything up to the head. */
function catchUp(timeline: LocalTimeline, follower: Follower, head: number): void {
  if (follower.isLive || follower.session.isBehind) return;
  const tail = timeline.framesAfter(follower.epoch, follower.sent)?.map(({ offset }) => offset);
  const log = Array.from({ length: head - follower.sent }, (_, index) => follower.sent + index + 1);
  for (const offset of tail ?? log) {
    follower.session.transport.send(entry(NAME, offset).frame);
    follower.sent = offset;
  }
  follower.isLive = !timeline.isAhead(follower.epoch, follower.sent);
}
