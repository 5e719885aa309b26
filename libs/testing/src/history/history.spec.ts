// A history in which everything went well, and each way in which it can go wrong, one at a time.
import { History } from './history.js';
import type { DeviceHistory } from './device-history.js';
import type { Verdict, VerdictOptions } from './verdict.js';

let history: History;
let phone: DeviceHistory;
beforeEach(() => {
  history = new History();
  phone = history.device('a', 'phone');
  for (const timeline of ['user:a', 'group:g', 'all']) phone.joined(timeline);
});

const own = 'user:a';
const message = (offset: number, more: { epoch?: string; timeline?: string; id?: string } = {}) => {
  const { epoch = 'e1', timeline = own, id = `${timeline} ${offset}` } = more;
  return { id, timeline, offset, epoch, payloadKey: `key of ${id}` };
};
type Message = ReturnType<typeof message>;

function accept(...messages: Message[]): void {
  for (const { timeline, ...rest } of messages) history.accepted({ ...rest, audience: { timeline } });
}
function deliver(device: DeviceHistory, ...messages: Message[]): void {
  for (const one of messages) device.message(one);
}
function both(...messages: Message[]): void {
  accept(...messages);
  deliver(phone, ...messages);
}
const kinds = (options?: VerdictOptions): string[] => history.verdict(options).violations.map(({ kind }) => kind);
const counts = (options?: VerdictOptions): Verdict['counts'] => history.verdict(options).counts;

test('all that was accepted came, in order, once: nothing to say', () => {
  both(message(1), message(2), message(1, { timeline: 'all' }));
  expect(history.verdict()).toMatchObject({ violations: [], counts: { accepted: 3, delivered: 3, dropped: 0 } });
});

describe('lost', () => {
  test('accepted and never delivered is lost, and said readably', () => {
    accept(message(1), message(2));
    deliver(phone, message(2));
    const text = 'a/phone never got user:a 1 (user:a 1)';
    expect(history.verdict().violations).toEqual([{ kind: 'lost', text }]);
  });

  test('each device counts for itself', () => {
    const tablet = history.device('a', 'tablet');
    tablet.joined(own);
    both(message(1));
    expect(kinds()).toEqual(['lost']);
    deliver(tablet, message(1));
    expect(kinds()).toEqual([]);
  });

  test('for one that is away it is pending', () => {
    accept(message(1));
    phone.isAway = true;
    expect(history.verdict()).toMatchObject({ violations: [], counts: { pending: 1 } });
  });

  test('what expired or was retracted need not come', () => {
    history.accepted({ ...message(1), audience: { timeline: own }, expiresAt: 1_000 });
    accept(message(2));
    expect(kinds({ at: 999 })).toEqual(['lost', 'lost']);
    history.retracted(message(2).id);
    expect(history.verdict({ at: 1_000 })).toMatchObject({ violations: [], counts: { expired: 1, retracted: 1 } });
  });

  test('what was sent before a joining, or after a leaving, is not missed', () => {
    accept(message(1, { timeline: 'group:h' }));
    phone.joined('group:h');
    const lost = message(2, { timeline: 'group:h' });
    accept(lost);
    phone.left('group:h');
    accept(message(3, { timeline: 'group:h' }));
    expect(history.verdict().violations).toMatchObject([{ text: expect.stringContaining(lost.id) as string }]);
  });

  test('what crossed a leaving may come or not', () => {
    const [sentAt, leftAt] = [history.now(), history.now()];
    phone.left('group:g', { from: leftAt, to: history.now() });
    const crossing = message(1, { timeline: 'group:g' });
    history.accepted({ ...crossing, audience: { timeline: 'group:g' } }, sentAt);
    expect(kinds()).toEqual([]);
    deliver(phone, crossing);
    expect(kinds()).toEqual([]);
  });

  test('of a list, for each of its users', () => {
    const other = history.device('b', 'phone');
    other.joined('user:b');
    history.accepted({ id: 'l', payloadKey: 'k', audience: { users: ['a', 'b'] } });
    other.message({ id: 'l', payloadKey: 'k', timeline: 'user:b', offset: 1, epoch: 'e1' });
    expect(history.verdict().violations).toMatchObject([
      { kind: 'lost', text: expect.stringContaining('a/phone') as string },
    ]);
  });

  test('an attempt that somebody saw has to come to all who share the timeline', () => {
    const other = history.device('b', 'phone');
    other.joined('all');
    history.attempted({ payloadKey: 'k', audience: { timeline: 'all' } });
    expect(kinds()).toEqual([]);
    phone.message({ id: 'x', payloadKey: 'k', timeline: 'all', offset: 1, epoch: 'e1' });
    expect(history.verdict()).toMatchObject({ violations: [{ kind: 'lost' }], counts: { appeared: 1 } });
  });
});

describe('announced by reset', () => {
  test('what a reset skips is announced; what lies before it, or after, is lost', () => {
    both(message(1));
    accept(message(2), message(3), message(4), message(5));
    deliver(phone, message(3));
    phone.reset({ timeline: own, epoch: 'e1', from: 4 });
    expect(history.verdict().violations).toMatchObject([
      { kind: 'lost', text: expect.stringContaining('user:a 2') as string },
      { kind: 'lost', text: expect.stringContaining('user:a 5') as string },
    ]);
    expect(counts().announced).toBe(1);
  });

  test('a rollback announces the tail of the epoch that is over, and nothing of the new one', () => {
    both(message(1), message(2));
    accept(message(3));
    phone.reset({ timeline: own, epoch: 'e2', from: 1 });
    both(message(2, { epoch: 'e2', id: 'new 2' }));
    accept(message(3, { epoch: 'e2', id: 'new 3' }));
    expect(history.verdict().violations).toMatchObject([
      { kind: 'lost', text: expect.stringContaining('new 3') as string },
    ]);
    expect(counts().announced).toBe(1);
  });

  test('a message that vanished with the tail and was sent again is no repeat', () => {
    both(message(1), message(2));
    phone.reset({ timeline: own, epoch: 'e2', from: 1 });
    deliver(phone, message(2, { epoch: 'e2' }));
    expect(kinds()).toEqual([]);
  });

  test('a tail that nobody had vanishes silently only where that is allowed, and is counted', () => {
    both(message(1));
    accept(message(2));
    both(message(2, { epoch: 'e2', id: 'new' }));
    expect(kinds()).toEqual(['lost']);
    expect(history.verdict({ mayLoseTail: true })).toMatchObject({ violations: [], counts: { vanished: 1 } });
    accept(message(3, { epoch: 'e2' }));
    expect(kinds({ mayLoseTail: true })).toEqual(['lost']);
  });

  test('a tail that another device had does not vanish', () => {
    const tablet = history.device('a', 'tablet');
    tablet.joined(own);
    both(message(1));
    deliver(tablet, message(1));
    accept(message(2));
    deliver(tablet, message(2));
    const later = message(3, { epoch: 'e2' });
    both(later);
    deliver(tablet, later);
    expect(kinds({ mayLoseTail: true })).toEqual(['lost']);
  });
});

describe('repeated', () => {
  test('what is at or below the position in the same epoch is dropped, over connections too', () => {
    both(message(1), message(2));
    phone.connected([{ timeline: own, epoch: 'e1', from: 0 }]);
    deliver(phone, message(1), message(2));
    both(message(3));
    expect(history.verdict()).toMatchObject({ violations: [], counts: { dropped: 2, delivered: 3, connections: 1 } });
  });

  test('the same message at a later position is repeated', () => {
    both(message(1));
    deliver(phone, { ...message(1), offset: 2 });
    expect(kinds()).toContain('repeated');
  });

  test('an attempt may appear once, not under two ids', () => {
    history.attempted({ payloadKey: 'k', audience: { timeline: own } });
    phone.message({ id: 'x', payloadKey: 'k', timeline: own, offset: 1, epoch: 'e1' });
    expect(kinds()).toEqual([]);
    phone.message({ id: 'y', payloadKey: 'k', timeline: own, offset: 2, epoch: 'e1' });
    expect(kinds()).toEqual(['repeated']);
  });

  test('an attempt that was accepted on the retry is that one', () => {
    history.attempted({ payloadKey: message(1).payloadKey, audience: { timeline: own } });
    both(message(1));
    expect(history.verdict()).toMatchObject({ violations: [], counts: { accepted: 1, appeared: 0 } });
  });
});

describe('out of order', () => {
  test('an older offset that is new to the device is dropped by the client, hence lost', () => {
    accept(message(1), message(2));
    deliver(phone, message(2), message(1));
    expect(kinds()).toEqual(['lost', 'order']);
  });

  test('another epoch goes on after the position, or says reset first', () => {
    both(message(1), message(2));
    both(message(3, { epoch: 'e2' }));
    expect(kinds()).toEqual([]);
    both(message(3, { epoch: 'e3', id: 'other' }));
    expect(kinds()).toEqual(['order']);
  });

  test('an epoch does not come back', () => {
    both(message(1), message(2, { epoch: 'e2' }), message(3));
    expect(kinds()).toEqual(['order']);
  });

  test('a jump in offsets is none', () => {
    both(message(1), message(5));
    expect(kinds()).toEqual([]);
  });
});

describe('foreign', () => {
  test('what nobody sent', () => {
    deliver(phone, message(1));
    expect(kinds()).toEqual(['foreign']);
  });

  test('another payload than the one sent', () => {
    accept(message(1));
    deliver(phone, { ...message(1), payloadKey: 'other' });
    expect(kinds()).toEqual(['foreign']);
  });

  test('what was for others: another timeline, another list', () => {
    accept(message(1, { timeline: 'user:b' }));
    history.accepted({ id: 'l', payloadKey: 'k', audience: { users: ['b'] } });
    deliver(phone, { ...message(1, { timeline: 'user:b' }), timeline: own });
    phone.message({ id: 'l', payloadKey: 'k', timeline: own, offset: 2, epoch: 'e1' });
    expect(kinds()).toEqual(['foreign', 'foreign']);
  });

  test('what was accepted after a leaving was answered', () => {
    phone.left('group:g');
    both(message(1, { timeline: 'group:g' }));
    expect(kinds()).toEqual(['foreign']);
  });
});

test('one position that two messages have is a conflict', () => {
  both(message(1));
  const tablet = history.device('a', 'tablet');
  tablet.joined(own);
  accept(message(1, { id: 'other' }));
  expect(kinds()).toContain('conflict');
});

describe('unread', () => {
  test('is what was sent beyond the read cursor, without one’s own, retracted and expired ones', () => {
    both(message(1), message(2), message(3), message(4));
    history.accepted({ ...message(5), audience: { timeline: own }, from: 'a' });
    history.accepted({ ...message(6), audience: { timeline: own }, expiresAt: 1_000 });
    deliver(phone, message(5), message(6));
    history.retracted(message(4).id);
    history.read('a', own, 1);
    history.unread('a', { [own]: 2 });
    expect(kinds({ at: 10_000 })).toEqual([]);
    history.unread('a', { [own]: 3 });
    const text = 'a has 3 unread in user:a, not 2';
    expect(history.verdict({ at: 10_000 }).violations).toEqual([{ kind: 'unread', text }]);
  });

  test('an attempt that nobody saw makes it one more or not', () => {
    both(message(1));
    history.attempted({ payloadKey: 'k', audience: { timeline: own } });
    for (const [count, wanted] of [
      [0, ['unread']],
      [1, []],
      [2, []],
      [3, ['unread']],
    ] as const) {
      history.unread('a', { [own]: count });
      expect(kinds()).toEqual(wanted);
    }
  });

  test('of a group, from the joining on; at most as many as are kept', () => {
    accept(message(1, { timeline: 'group:h' }));
    phone.joined('group:h');
    both(message(2, { timeline: 'group:h' }), message(3, { timeline: 'group:h' }));
    history.unread('a', { 'group:h': 2 });
    expect(kinds()).toEqual([]);
    history.unread('a', { 'group:h': 1 });
    expect(kinds()).toEqual(['unread']);
    expect(kinds({ kept: 1 })).toEqual([]);
  });
});

test('200,000 deliveries are judged in about a second, and memory is linear', () => {
  const devices = Array.from({ length: 200 }, (_, index) => history.device(`u${index}`, 'phone'));
  for (const device of devices) device.joined('all');
  const start = performance.now();
  for (let offset = 1; offset <= 1_000; offset++) {
    both(message(offset, { timeline: 'all' }));
    for (const device of devices) device.message(message(offset, { timeline: 'all' }));
  }
  const verdict = history.verdict();
  expect(verdict).toMatchObject({ violations: [], counts: { accepted: 1_000, delivered: 201_000 } });
  // A second or so on a core of one's own; what counts is that it is not quadratic, which would take minutes.
  expect(performance.now() - start).toBeLessThan(15_000);
});
