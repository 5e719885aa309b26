import { assert, array, constantFrom, integer, oneof, property, record, constant, boolean } from 'fast-check';
import { mergePositions, Positions } from './positions.js';

const timelines = ['user:alice', 'group:eng', 'all'] as const;
const timeline = constantFrom(...timelines);
const epoch = constantFrom('1.a.1', '2.b.2');
const offset = integer({ min: 0, max: 8 });
const advance = record({ kind: constant('advance' as const), timeline, epoch, offset });
const reset = record({ kind: constant('reset' as const), timeline, epoch, offset });
const begin = record({ kind: constant('begin' as const), timeline, epoch, offset });
const forget = record({ kind: constant('forget' as const), timeline });
const move = oneof({ weight: 8, arbitrary: advance }, reset, begin, forget);
interface Move {
  readonly kind: 'advance' | 'reset' | 'begin' | 'forget';
  readonly timeline: string;
  readonly epoch?: string;
  readonly offset?: number;
}

function apply(positions: Positions, { kind, timeline: name, epoch: at = '', offset: to = 0 }: Move): void {
  const position = { offset: to, epoch: at };
  if (kind === 'advance') positions.advance(name, position);
  else if (kind === 'reset') positions.reset(name, position);
  else if (kind === 'forget') positions.forget(name);
  else {
    const others = Object.entries(positions.all).filter(([other]) => other !== name);
    positions.begin([...others, [name, position] as const].map(([of, one]) => ({ timeline: of, ...one })));
  }
}

test('a message is handed on exactly when its position is beyond what came before in its epoch, whatever is repeated', () => {
  const message = record({ timeline, epoch, offset });
  assert(
    property(array(message, { maxLength: 60 }), (messages) => {
      const positions = new Positions();
      const model = new Map<string, { epoch: string; offset: number }>();
      for (const one of messages) {
        const known = model.get(one.timeline);
        const isNew = known?.epoch !== one.epoch || one.offset > known.offset;
        expect(positions.isRepeat(one.timeline, one)).toBe(!isNew);
        positions.advance(one.timeline, { epoch: one.epoch, offset: one.offset });
        if (isNew) model.set(one.timeline, { epoch: one.epoch, offset: one.offset });
        const { epoch: at, offset: to } = model.get(one.timeline) ?? one;
        expect(positions.of(one.timeline)).toMatchObject({ offset: to, epoch: at });
      }
    }),
  );
});

test('what was handled, going through the same moves later, ends where what was received is', () => {
  assert(
    property(array(move, { maxLength: 60 }), (moves) => {
      const [received, handled] = [new Positions(), new Positions()];
      for (const one of moves) apply(received, one);
      for (const one of moves) apply(handled, one);
      expect(handled.all).toEqual(received.all);
    }),
  );
});

test('a storage that gets the changes of one client, now and then, ends where that client is', () => {
  assert(
    property(array(record({ move, isSaved: boolean() }), { maxLength: 60 }), (steps) => {
      const positions = new Positions();
      let stored = {};
      for (const [index, { move: one, isSaved }] of steps.entries()) {
        const at = index < steps.length / 2 ? '1.a.1' : '2.b.2'; // an epoch that is over never comes back
        apply(positions, { ...one, epoch: at });
        if (isSaved) stored = mergePositions(stored, positions.takeChanges());
      }
      expect(mergePositions(stored, positions.takeChanges())).toEqual(positions.all);
    }),
  );
});

test('of several clients that share a storage none moves it backwards in an epoch, but for a reset', () => {
  const step = record({ client: integer({ min: 0, max: 2 }), timeline, offset });
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const clients = [new Positions(), new Positions(), new Positions()];
      let stored: Readonly<Record<string, { offset: number; epoch: string }>> = {};
      for (const { client, timeline: name, offset: to } of steps) {
        const positions = clients[client];
        positions?.advance(name, { offset: to, epoch: '1.a.1' });
        const before = stored[name]?.offset ?? -1;
        stored = mergePositions(stored, positions?.takeChanges() ?? new Map());
        expect(stored[name]?.offset ?? -1).toBeGreaterThanOrEqual(before);
      }
    }),
  );
});

test('control: without the maximum a client that is behind moves it backwards', () => {
  const [ahead, behind] = [new Positions(), new Positions()];
  ahead.advance('all', { offset: 5, epoch: '1.a.1' });
  behind.reset('all', { offset: 2, epoch: '1.a.1' });
  const stored = mergePositions({}, ahead.takeChanges());
  expect(mergePositions(stored, behind.takeChanges())).toEqual({ all: { offset: 2, epoch: '1.a.1' } });
});
