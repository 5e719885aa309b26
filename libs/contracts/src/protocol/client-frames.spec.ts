import { ackData, connectData, frame, inboxData, position, readData } from './client-frames.js';

test('a frame has an event, and data and ref where they are needed', () => {
  expect(frame.parse({ event: 'ack' })).toEqual({ event: 'ack' });
  expect(frame.parse({ event: 'ack', data: null, ref: 7 })).toEqual({ event: 'ack', data: null, ref: 7 });
  expect(frame.parse({ event: 'ack', later: true })).toEqual({ event: 'ack' });
});

test.each([null, [], 'ack', {}, { event: 1 }, { event: '' }, { event: 'a', ref: {} }])('%j is no frame', (value) =>
  expect(frame.safeParse(value).success).toBe(false),
);

test('a position is a whole offset and an epoch as the server gives it', () => {
  expect(position.safeParse({ offset: 0, epoch: '3.ab12cd34.19a9f3b2c10' }).success).toBe(true);
  expect(position.safeParse({ offset: Number.MAX_SAFE_INTEGER, epoch: '1.0.0' }).success).toBe(true);
});

test.each([
  ...[{ offset: -1 }, { offset: 1.5 }, { offset: 2 ** 53 }, { offset: '1' }, { offset: null }, { offset: Infinity }],
  ...[{ epoch: '' }, { epoch: '1.2' }, { epoch: '1.x.2' }, { epoch: '1.a b.2' }, { epoch: '1.a.2\n' }, { epoch: 1 }],
  ...[{ epoch: '1.A.2' }, { epoch: '1.a.2 3' }, { epoch: undefined }],
])('%j makes no position', (fields) => {
  expect(position.safeParse({ offset: 1, epoch: '1.a.2', ...fields }).success).toBe(false);
});

test('a resume is not looked at as a whole, so that one bad position spoils none other', () => {
  expect(connectData.safeParse({ token: 't', resume: { 'user:a': 'nonsense', nowhere: null } }).success).toBe(true);
  for (const bad of [{ token: '' }, { token: 1 }, { device: '' }, { device: 'a\tb' }, { resume: [] }]) {
    expect(connectData.safeParse(bad).success).toBe(false);
  }
});

test('an ack names whole offsets', () => {
  expect(ackData.safeParse({ 'user:a': 3, all: 0 }).success).toBe(true);
  for (const bad of [{ all: -1 }, { all: 1.5 }, { all: '1' }, { all: null }, [1], null]) {
    expect(ackData.safeParse(bad).success).toBe(false);
  }
});

test('read and inbox take the same as over HTTP, with numbers as numbers', () => {
  expect(readData.safeParse({ timeline: 'all', upTo: 3 }).success).toBe(true);
  expect(readData.safeParse({ timeline: 'all', offsets: [3] }).success).toBe(true);
  expect(readData.safeParse({ timeline: 'nowhere', upTo: 3 }).success).toBe(false);
  expect(readData.safeParse({ everything: true }).success).toBe(true);
  expect(readData.safeParse({ everything: false }).success).toBe(false);
  expect(inboxData.safeParse({ timeline: '*', limit: 100, unread: true }).success).toBe(true);
  for (const bad of [{ limit: 0 }, { limit: 101 }, { limit: '5' }, { before: 0 }, { timeline: 'nowhere' }]) {
    expect(inboxData.safeParse(bad).success).toBe(false);
  }
});
