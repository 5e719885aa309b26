// A storm of reconnects asks Redis for a bounded number of things at a time, so that it answers everybody else meanwhile,
// and all of it is caught up. Counted here; seconds and latency are those of `npm run bench -- reconnect`.
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { useGateways } from '../node/gateways.fixture.js';
import { Admission } from './admission.js';
import { FakeTransport } from './sessions.fixture.js';

const gateways = useGateways();
const SESSIONS = 500;
const AT_ONCE = 16;
const MISSED = 3;

/** So many sessions that come back at once, and the most that were being opened in Redis at a time. */
async function storm(atOnce: number) {
  let [underway, most] = [0, 0];
  const counting: ScriptRunner = {
    call: async (script, keys, args) => {
      if (script.name !== 'session/open') return gateways.scripts.call(script, keys, args);
      underway += 1;
      most = Math.max(most, underway);
      return gateways.scripts.call(script, keys, args).finally(() => (underway -= 1));
    },
  };
  const runtime = await gateways.start(counting);
  const admission = new Admission({ atOnce, line: SESSIONS, waitMs: 60_000 });
  const users = Array.from({ length: SESSIONS }, (_, index) => `u${index}`);
  await gateways.memberships.join('g', users);
  await Promise.all(
    [...users.map((user) => ({ user })), ...Array.from({ length: MISSED }, () => ({ group: 'g' }))].map((to) =>
      gateways.publisher.publish({ to, payload: 1 }),
    ),
  );
  const transports = users.map(() => new FakeTransport());
  const open = (user: string, transport: FakeTransport): Promise<unknown> =>
    admission.run(transport, () => gateways.connect(runtime, user, { transport }).then(() => undefined));
  const opening = users.map((user, index) => open(user, transports[index] ?? new FakeTransport()));
  const deepest = admission.waiting;
  const outcomes = new Set(await Promise.all(opening));
  const isCaughtUp = ({ sent }: FakeTransport): boolean =>
    sent.filter(({ event }) => event === 'message').length === 1 + MISSED;
  await until(() => transports.every(isCaughtUp), { what: 'everybody to be caught up' });
  return { most, deepest, outcomes };
}

test('so many sessions are opened in Redis at a time, the others wait in line, and all are caught up', async () => {
  const { most, deepest, outcomes } = await storm(AT_ONCE);
  expect(most).toBeLessThanOrEqual(AT_ONCE);
  expect(deepest).toBe(SESSIONS - AT_ONCE);
  expect([...outcomes]).toEqual(['admitted']);
});

test('control: without the line all of them are asked of Redis at once', async () => {
  const { most, deepest } = await storm(Infinity);
  expect([most, deepest]).toEqual([SESSIONS, 0]);
});
