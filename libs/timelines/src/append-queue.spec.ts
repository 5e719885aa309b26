// How appends are gathered into calls, seen from the script runner.
import { Keyspace, type ScriptRunner, type TimelineAppendItem } from '@fanfare/redis-scripts';
import { AppendQueue } from './append-queue.js';

const keys = new Keyspace('app', 4);
const retention = { userMessages: 10, sharedMessages: 10, ageMs: 1000 };

function item(user: string, json: string): TimelineAppendItem {
  const { log, state, gone, ttl, audience } = keys.user(user);
  return {
    log,
    state,
    gone,
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

/** Notes the bodies of each call, and answers each message with its own body as id. */
function recorder(answer: (bodies: string[]) => unknown[] = (bodies) => bodies) {
  const calls: string[][] = [];
  const runner = {
    call: async (_script: unknown, _keys: string[], args: (Buffer | string)[]) => {
      const bodies = args.slice(4).flatMap((arg, index) => (index % 7 === 6 ? [String(arg)] : []));
      calls.push(bodies);
      return { status: 'OK', answers: answer(bodies).map((id) => ({ outcome: 'OK', id })) };
    },
  } as unknown as ScriptRunner;
  return { calls, queue: new AppendQueue(runner, retention) };
}
const users = ['alice', 'bob', 'carol', 'dave', 'erin'];
const homeOf = (user: string) => keys.user(user).home;

test('appends of one turn go out in one call for each partition, in the order of asking', async () => {
  const { calls, queue } = recorder();
  const asked = users.flatMap((user) => [`${user}1`, `${user}2`].map((body) => ({ user, body })));
  const answers = await Promise.all(asked.map(({ user, body }) => queue.append(homeOf(user), item(user, body), 1)));
  expect(answers.map(({ id }) => id)).toEqual(asked.map(({ body }) => body));
  expect(calls).toHaveLength(new Set(users.map(homeOf)).size);
});

test('a call holds no more than 64 messages, and none is out of order', async () => {
  const { calls, queue } = recorder();
  const bodies = Array.from({ length: 150 }, (_, index) => String(index));
  await Promise.all(bodies.map((body) => queue.append(homeOf('alice'), item('alice', body), 1)));
  expect(calls.map((call) => call.length)).toEqual([64, 64, 22]);
  expect(calls.flat()).toEqual(bodies);
});

test('a call holds no more than 256 KiB, but always one message', async () => {
  const { calls, queue } = recorder();
  const sizes = [100, 100, 100, 400, 10];
  const append = (kib: number) => queue.append(homeOf('alice'), item('alice', String(kib)), kib * 1024);
  await Promise.all(sizes.map(append));
  expect(calls).toEqual([['100', '100'], ['100'], ['400'], ['10']]);
});

test('what is asked for in a later turn goes out in a later call', async () => {
  const { calls, queue } = recorder();
  await queue.append(homeOf('alice'), item('alice', '1'), 1);
  await queue.append(homeOf('alice'), item('alice', '2'), 1);
  expect(calls).toEqual([['1'], ['2']]);
});

test('a call that fails fails all of its messages, and no others', async () => {
  const { queue } = recorder((bodies) => {
    if (bodies.includes('bad')) throw new Error('no');
    return bodies;
  });
  const other = users.find((user) => homeOf(user) !== homeOf('alice')) ?? '';
  const outcomes = await Promise.allSettled([
    queue.append(homeOf('alice'), item('alice', 'bad'), 1),
    queue.append(homeOf('alice'), item('alice', 'beside'), 1),
    queue.append(homeOf(other), item(other, 'elsewhere'), 1),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test('a message without an answer is an error, never a silence', async () => {
  const { queue } = recorder(() => []);
  await expect(queue.append(homeOf('alice'), item('alice', '1'), 1)).rejects.toThrow('answered fewer');
});
