// What a client sends becomes an answer, an `error`, or a close code; never an exception.
import { closeCodes } from '@fanfare/contracts';
import fc from 'fast-check';
import { from } from 'rxjs';
import { FrameError } from '../frames/frame-error.js';
import { AnswerIfAsked, FrameRouter, type OwnFrames } from './frame-router.js';
import type { WebSocketConnection } from './web-socket-connection.js';

type Callback = (body: unknown) => unknown;
type Told = { event?: string; data?: unknown; ref?: unknown; closed?: number };

/** How handlers come to the router: as Fanfare's own, or bound by Nest for each client, as those of teams. */
type How = 'own' | 'added';

/** A router with handlers by event, and all that its client was told. */
function routed(how: How, handlers: Record<string, Callback>, session: unknown = {}) {
  const told: Told[] = [];
  const connection = {
    session,
    noteReceived: jest.fn(),
    send: (frame: Buffer) => told.push(JSON.parse(frame.subarray(frame[1] === 126 ? 4 : 2).toString()) as Told),
    close: (closed: number) => told.push({ closed }),
  };
  const own: OwnFrames = new Map(Object.entries(handlers).map(([event, handle]) => [event, (_, body) => handle(body)]));
  const router = new FrameRouter(connection as unknown as WebSocketConnection, how === 'own' ? own : undefined);
  const properties = Object.entries(handlers).map(([message, callback]) => ({
    ...{ message, methodName: message, isAckHandledManually: false },
    callback: async (body: unknown) => callback(body),
  }));
  if (how === 'added') router.add(properties, (result) => from(result as Promise<unknown>));
  const receive = async (frame: unknown, isBinary = false): Promise<Told[]> => {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    router.receive(Buffer.from(text), isBinary);
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return told.splice(0);
  };
  return { receive, router, connection };
}

describe.each<How>(['own', 'added'])('handlers that are %s', (how) => {
  test('a frame goes to the handler of its event, and the answer carries its ref', async () => {
    const { receive } = routed(how, { echo: (body) => ({ got: body }) });
    expect(await receive({ event: 'echo', data: [1], ref: 'r1' })).toEqual([
      { event: 'echo', data: { got: [1] }, ref: 'r1' },
    ]);
    expect(await receive({ event: 'echo', data: [1] })).toEqual([{ event: 'echo', data: { got: [1] } }]);
  });

  test('a handler may answer with another event, or with nothing', async () => {
    const { receive } = routed(how, { ask: () => ({ event: 'answer', data: 1 }), tell: () => undefined });
    expect(await receive({ event: 'ask', ref: 1 })).toEqual([{ event: 'answer', data: 1, ref: 1 }]);
    expect(await receive({ event: 'tell', ref: 1 })).toEqual([]);
  });

  test('an answer that only a ref asks for is not sent without one', async () => {
    const { receive } = routed(how, { read: () => new AnswerIfAsked('read', { unread: 0 }) });
    expect(await receive({ event: 'read' })).toEqual([]);
    expect(await receive({ event: 'read', ref: 0 })).toEqual([{ event: 'read', data: { unread: 0 }, ref: 0 }]);
  });

  test('what a handler throws is an error frame with the ref; what is not for clients stays here', async () => {
    const { receive } = routed(how, {
      refuse: () => {
        throw new FrameError('ack_ahead', 'was not sent');
      },
      fail: () => {
        throw new Error('password=hunter2');
      },
    });
    const refused = { event: 'error', data: { code: 'ack_ahead', message: 'was not sent' }, ref: 5 };
    expect(await receive({ event: 'refuse', ref: 5 })).toEqual([refused]);
    const [failed] = await receive({ event: 'fail' });
    expect(failed).toMatchObject({ event: 'error', data: { code: 'internal' } });
    expect(JSON.stringify(failed)).not.toContain('hunter2');
  });

  test('an answer that can’t be written as JSON is an error of that frame, and the next one is answered', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const { receive } = routed(how, { cyclic: () => cyclic, big: () => ({ n: 1n }), fine: () => 1 });
    for (const event of ['cyclic', 'big']) {
      expect(await receive({ event, ref: 1 })).toMatchObject([{ event: 'error', data: { code: 'internal' }, ref: 1 }]);
    }
    expect(await receive({ event: 'fine' })).toEqual([{ event: 'fine', data: 1 }]);
  });

  test('an unknown event is answered with an error that names it, shortened where it is long', async () => {
    const { receive } = routed(how, {});
    expect(await receive({ event: 'nope', ref: 2 })).toMatchObject([
      { event: 'error', data: { code: 'unknown_event' }, ref: 2 },
    ]);
    const [long] = await receive({ event: 'e'.repeat(60_000) });
    expect(JSON.stringify(long).length).toBeLessThan(300);
  });

  test('names that mean something to objects are unknown events like others', async () => {
    const { receive } = routed(how, {});
    for (const event of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(await receive({ event })).toMatchObject([{ data: { code: 'unknown_event' } }]);
    }
  });

  test('before a session there is, only connect is heard', async () => {
    const { receive } = routed(how, { connect: () => ({ ok: true }), ack: () => ({ ok: true }) }, null);
    expect(await receive({ event: 'ack', ref: 1 })).toMatchObject([
      { event: 'error', data: { code: 'unauthorized' }, ref: 1 },
    ]);
    expect(await receive({ event: 'connect' })).toEqual([{ event: 'connect', data: { ok: true } }]);
  });

  test('a binary frame, and one that is no frame, close the connection with 4400', async () => {
    const { receive } = routed(how, { echo: () => 1 });
    expect(await receive({ event: 'echo' }, true)).toEqual([{ closed: closeCodes.badFrame }]);
    for (const text of [
      '',
      'x',
      'null',
      '[]',
      '{}',
      '{"event":1}',
      '{"event":""}',
      '{"event":"echo","ref":{}}',
      '['.repeat(10_000),
    ]) {
      expect(await receive(text)).toEqual([{ closed: closeCodes.badFrame }]);
    }
  });

  test('whatever bytes come, nothing is thrown', () => {
    const { router } = routed(how, { echo: () => 1 });
    const receive = (bytes: Uint8Array | string, isBinary: boolean) => () =>
      router.receive(Buffer.from(bytes), isBinary);
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json()), fc.boolean(), (bytes, isBinary) => {
        expect(receive(bytes, isBinary)).not.toThrow();
      }),
    );
  });

  test('a client with too many unanswered frames is closed with 4429; answered ones do not count', async () => {
    let finish: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (finish = resolve));
    const { receive, router } = routed(how, { wait: () => wait, fine: async () => undefined });
    for (let batch = 0; batch < 5; batch += 1) {
      for (let count = 0; count < 400; count += 1) router.receive(Buffer.from('{"event":"fine"}'), false);
      expect(await receive({ event: 'fine' })).toEqual([]);
    }
    const frame = Buffer.from('{"event":"wait"}');
    for (let count = 0; count < 1024; count += 1) router.receive(frame, false);
    expect(await receive({ event: 'wait' })).toEqual([{ closed: closeCodes.tooMany }]);
    finish();
    await receive({ event: 'fine' });
    expect(await receive({ event: 'wait' })).toEqual([]);
  });

  test('every frame proves that the client is there, a bad one too', async () => {
    const { receive, connection } = routed(how, {});
    await receive('nonsense');
    await receive({ event: 'nope' });
    expect(connection.noteReceived).toHaveBeenCalledTimes(2);
  });
});

test('an own handler may answer at once', async () => {
  const { receive } = routed('own', { echo: (body) => body, tell: () => undefined });
  expect(await receive({ event: 'echo', data: 1, ref: 1 })).toEqual([{ event: 'echo', data: 1, ref: 1 }]);
  expect(await receive({ event: 'tell', ref: 1 })).toEqual([]);
});

test('a handler that a team binds to a name of ours takes its place', async () => {
  const { receive, router } = routed('own', { echo: () => 'ours', other: () => 'ours' });
  const added = { message: 'echo', methodName: 'echo', isAckHandledManually: false, callback: async () => 'theirs' };
  router.add([added], (result) => from(result as Promise<unknown>));
  expect(await receive({ event: 'echo' })).toEqual([{ event: 'echo', data: 'theirs' }]);
  expect(await receive({ event: 'other' })).toEqual([{ event: 'other', data: 'ours' }]);
});
