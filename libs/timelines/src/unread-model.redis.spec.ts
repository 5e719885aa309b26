// The unread count, and the pages of what is unread, equal a simple model under any sequence of operations.
import fc from 'fast-check';
import { append, joinGroup, redisWorld } from './world.fixture.js';
import { Keyspace, type TimelineKeys } from '@fanfare/redis-scripts';
import { Inbox } from './inbox.js';
import { Publisher } from './publisher.js';
import { ReadCursors } from './read-cursors.js';
import { retention } from './world.fixture.js';

const world = redisWorld();
const CAP = 12;
const TIMELINES = ['user:a', 'group:g', 'all'] as const;
type Timeline = (typeof TIMELINES)[number];

type Step =
  | { kind: 'publish'; timeline: Timeline; own: boolean }
  | { kind: 'expired'; timeline: Timeline }
  | { kind: 'upTo'; timeline: Timeline; offset: number }
  | { kind: 'offsets'; timeline: Timeline; offsets: number[] }
  | { kind: 'everything' };

const timeline = fc.constantFrom(...TIMELINES);
const offset = fc.integer({ min: 1, max: 30 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('publish' as const), timeline, own: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expired' as const), timeline }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('upTo' as const), timeline, offset }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('offsets' as const),
      timeline,
      offsets: fc.array(offset, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('everything' as const) }) },
);

/** All that a timeline is to one reader: a list of messages, each read or not. */
class Model {
  private readonly messages: { expired: boolean; read: boolean }[] = [];

  add(expired: boolean, read: boolean): void {
    this.messages.push({ expired, read });
  }

  read(offsets: readonly number[]): void {
    for (const one of offsets) {
      const message = this.messages[one - 1];
      if (message) message.read = true;
    }
  }

  readUpTo(last: number): void {
    this.read(Array.from({ length: last }, (_, index) => index + 1));
  }

  get unread(): number[] {
    const first = Math.max(0, this.messages.length - CAP);
    return this.messages.flatMap(({ expired, read }, index) => (index < first || expired || read ? [] : [index + 1]));
  }
}

let apps = 0;

/** A user `a` in a group `g`, in an app of their own. */
async function start() {
  world.keys = new Keyspace(`model${(apps += 1)}`, 1);
  const caps = { ...retention, userMessages: CAP, sharedMessages: CAP };
  world.publisher = new Publisher(world.scripts, world.keys, caps);
  const cursors = new ReadCursors(world.scripts, world.keys);
  await joinGroup(world, 'g', 'a');
  const models = new Map(TIMELINES.map((name) => [name, new Model()]));
  const model = (name: Timeline): Model => models.get(name) ?? new Model();
  return { cursors, inbox: new Inbox(world.scripts, world.keys, cursors), model };
}

type Started = Awaited<ReturnType<typeof start>>;

const keysOf = (name: Timeline): TimelineKeys =>
  name === 'all' ? world.keys.all : name === 'user:a' ? world.keys.user('a') : world.keys.group('g');
const audiences = { 'user:a': { user: 'a' }, 'group:g': { group: 'g' }, all: { all: true } } as const;

async function carryOut(one: Step, { cursors, model }: Started): Promise<void> {
  if (one.kind === 'everything') {
    await cursors.read('a', { everything: true });
    for (const name of TIMELINES) model(name).readUpTo(100);
    return;
  }
  const name = one.timeline;
  switch (one.kind) {
    case 'publish':
      await world.publisher.publish({ to: audiences[name], payload: 1, from: one.own ? 'a' : 'b' });
      return model(name).add(false, one.own);
    case 'expired':
      await append(world, keysOf(name), [{ timeline: name, expires: 1 }], { cap: CAP });
      return model(name).add(true, false);
    case 'upTo':
      await cursors.read('a', { timeline: name, upTo: one.offset });
      return model(name).readUpTo(one.offset);
    case 'offsets':
      await cursors.read('a', { timeline: name, offsets: one.offsets });
      return model(name).read(one.offsets);
  }
}

async function compare({ cursors, inbox, model }: Started): Promise<void> {
  const { timelines } = await cursors.unread('a');
  for (const name of TIMELINES) {
    expect([name, timelines[name]]).toEqual([name, model(name).unread.length]);
    const { messages } = await inbox.page('a', { timeline: name, unread: true, after: 0, limit: 100 });
    expect([name, messages.map((message) => message.offset)]).toEqual([name, model(name).unread]);
  }
}

test('counts and pages of the unread equal the model after every operation', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const started = await start();
      for (const one of steps) {
        await carryOut(one, started);
        await compare(started);
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
