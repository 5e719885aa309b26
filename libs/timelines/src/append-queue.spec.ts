// How appends are gathered into calls, seen from the script runner.
import {
  Keyspace,
  type ScriptRunner,
  type TimelineAppendItem,
  type TimelineAppendPlainItem,
} from '@fanfare/redis-scripts';
import { type AppendAnswer, AppendQueue } from './append-queue.js';

const keys = new Keyspace('app', 4);
const retention = { userMessages: 10, sharedMessages: 10, ageMs: 1000 };

function item(user: string, json: string): TimelineAppendItem {
  const { log, state, ttl, audience } = keys.user(user);
  return {
    log,
    state,
    ttl,
    audience,
    idem: 'i',
    timeline: `user:${user}`,
    id: json,
    priority: 2,
    expires: 0,
    fingerprint: '',
    idemMs: 0,
    json,
  };
}

const plainItem = (user: string, json: string): TimelineAppendPlainItem => {
  const { log, state } = keys.user(user);
  return { log, state, user, priority: 2, json };
};

/** Notes the bodies of each call, and answers each message with its place among all bodies. */
function recorder(answer: (bodies: string[]) => unknown[] = (bodies) => bodies) {
  const calls: string[][] = [];
  const scripts: string[] = [];
  const runner = {
    call: async ({ name }: { name: string }, _keys: string[], args: (Buffer | string)[]) => {
      const [fixed, each] = name === 'timeline/append' ? [4, 7] : [3, 3];
      const bodies = args.slice(fixed).flatMap((arg, index) => (index % each === each - 1 ? [String(arg)] : []));
      calls.push(bodies);
      scripts.push(name);
      const answers = answer(bodies).map((id) => ({ outcome: 'OK', id, offset: Number(id), since: 255, reached: 0 }));
      return { status: 'OK', epoch: '1.ab', answers };
    },
  } as unknown as ScriptRunner;
  return { calls, scripts, queue: new AppendQueue(runner, retention) };
}
const users = ['alice', 'bob', 'carol', 'dave', 'erin'];
const homeOf = (user: string) => keys.user(user).home;

const append = (queue: AppendQueue, user: string, body: string, bytes = 1): Promise<AppendAnswer> =>
  new Promise((onAnswer, onError) => queue.append(homeOf(user), item(user, body), bytes, { onAnswer, onError }));

const appendPlain = (queue: AppendQueue, user: string, body: string, bytes = 1): Promise<AppendAnswer> =>
  new Promise((onAnswer, onError) =>
    queue.appendPlain(homeOf(user), plainItem(user, body), bytes, { onAnswer, onError }),
  );

describe.each([
  ['plain messages', appendPlain],
  ['others', append],
])('%s', (_, add) => {
  test('of one turn go out in one call for each partition, in the order of asking', async () => {
    const { calls, queue } = recorder();
    const asked = users.flatMap((user, index) => [
      { user, body: String(index) },
      { user, body: String(index + 10) },
    ]);
    const answers = await Promise.all(asked.map(({ user, body }) => add(queue, user, body)));
    expect(answers.map(({ offset }) => String(offset))).toEqual(asked.map(({ body }) => body));
    expect(calls).toHaveLength(new Set(users.map(homeOf)).size);
  });

  test('a call holds no more than 64, and none is out of order', async () => {
    const { calls, queue } = recorder();
    const bodies = Array.from({ length: 150 }, (__, index) => String(index));
    await Promise.all(bodies.map((body) => add(queue, 'alice', body)));
    expect(calls.map((call) => call.length)).toEqual([64, 64, 22]);
    expect(calls.flat()).toEqual(bodies);
  });

  test('a call holds no more than 256 KiB, but always one message', async () => {
    const { calls, queue } = recorder();
    const sizes = [100, 100, 100, 400, 10];
    await Promise.all(sizes.map((kib) => add(queue, 'alice', String(kib), kib * 1024)));
    expect(calls).toEqual([['100', '100'], ['100'], ['400'], ['10']]);
  });

  test('what is asked for in a later turn goes out in a later call', async () => {
    const { calls, queue } = recorder();
    await add(queue, 'alice', '1');
    await add(queue, 'alice', '2');
    expect(calls).toEqual([['1'], ['2']]);
  });

  test('a call that fails fails all of its messages, and no others', async () => {
    const { queue } = recorder((bodies) => {
      if (bodies.includes('bad')) throw new Error('no');
      return bodies;
    });
    const other = users.find((user) => homeOf(user) !== homeOf('alice')) ?? '';
    const asked = [add(queue, 'alice', 'bad'), add(queue, 'alice', 'beside'), add(queue, other, 'elsewhere')];
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  test('a message without an answer is an error, never a silence', async () => {
    const { queue } = recorder(() => []);
    await expect(add(queue, 'alice', '1')).rejects.toThrow('answered fewer');
  });
});

test('plain messages and others of one partition keep their order', async () => {
  const { calls, scripts, queue } = recorder();
  const adds = [appendPlain, appendPlain, append, appendPlain, append, append];
  await Promise.all(adds.map((add, index) => add(queue, 'alice', String(index))));
  expect(calls).toEqual([['0', '1'], ['2'], ['3'], ['4', '5']]);
  expect(scripts.map((name) => name === 'timeline/append-plain')).toEqual([true, false, true, false]);
});

test('the epoch of a plain message is that of its partition and of its timeline', async () => {
  const { queue } = recorder();
  expect(await appendPlain(queue, 'alice', '7')).toMatchObject({ outcome: 'OK', offset: 7, epoch: '1.ab.ff' });
});
