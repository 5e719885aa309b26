// All operations, and how often each is tried.
import fc, { type AsyncCommand } from 'fast-check';
import { Ack } from './commands/ack.js';
import { DEVICES, GROUPS, USERS } from './commands/command.js';
import { Compare } from './commands/compare.js';
import { Connect } from './commands/connect.js';
import { Disconnect } from './commands/disconnect.js';
import { Expire } from './commands/expire.js';
import { Join } from './commands/join.js';
import { Leave } from './commands/leave.js';
import { type Audience, Publish } from './commands/publish.js';
import { Read } from './commands/read.js';
import { Retract } from './commands/retract.js';
import type { Model } from './model.js';
import type { System } from './system.js';

type Operation = fc.Arbitrary<AsyncCommand<Model, System>>;

const below = (count: number): fc.Arbitrary<number> => fc.nat({ max: count - 1 });
const [user, group, device] = [below(USERS), below(GROUPS), below(DEVICES)];

const audience: fc.Arbitrary<Audience> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ user }) },
  { weight: 1, arbitrary: fc.record({ users: fc.array(user, { minLength: 1, maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ group }) },
  { weight: 2, arbitrary: fc.constant({ all: true } as const) },
  { weight: 1, arbitrary: fc.constant({ online: true } as const) },
);
const seldom = fc.nat({ max: 7 }).map((number) => number === 7);

const publish: Operation = fc
  .tuple(audience, fc.option(user, { nil: undefined, freq: 2 }), seldom)
  .map((fields) => new Publish(...fields));
const read: Operation = fc.tuple(user, below(GROUPS + 2), below(4), fc.boolean()).map((fields) => new Read(...fields));

const operation: Operation[] = [
  publish,
  publish,
  publish,
  read,
  read,
  fc.tuple(group, user).map((fields) => new Join(...fields)),
  fc.tuple(group, user).map((fields) => new Leave(...fields)),
  fc.tuple(user, device).map((fields) => new Connect(...fields)),
  fc.tuple(user, device).map((fields) => new Disconnect(...fields)),
  fc.tuple(user, device).map((fields) => new Ack(...fields)),
  fc.tuple(user, below(GROUPS + 2), below(4)).map((fields) => new Retract(...fields)),
  fc.constant(null).map(() => new Compare()),
];

/** As often as they are named: what takes a second is seldom tried. */
export const operations: Operation[] = [
  ...Array.from({ length: 5 }, () => operation).flat(),
  fc.constant(null).map(() => new Expire()),
];
