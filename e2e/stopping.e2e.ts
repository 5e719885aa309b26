// A gateway that is told to stop sends its sessions away in good time and loses nothing for them. Always with two
// gateways: the sessions go on at the other one.
import { type Accepted, ProtocolClient, until } from '@fanfare/testing';
import { ids, isAscending, makeGroup, offsets, positionOf, publish, range, received } from './acts.js';
import { useStage } from './stage.js';

const drainSeconds = 2;
const stage = useStage({ gateways: 2, env: { FANFARE_DRAIN_SECONDS: String(drainSeconds) } });

test('under load: reconnect within the window, then 1012; whoever resumes at the other gateway has everything once', async () => {
  const group = stage.name('eng');
  const timeline = `group:${group}`;
  const users = range(1, 8).map((number) => stage.name(`u${number}`));
  await makeGroup(stage.api, group, ...users);
  const sessions: ProtocolClient[] = [];
  for (const user of users) sessions.push(await stage.connectSynced(user, { gateway: 1 }));
  const stays = await stage.connectSynced(users[0] ?? '', { gateway: 0 });

  const accepted: Accepted[] = [];
  let isOver = false;
  const load = (async () => {
    while (!isOver) accepted.push(await publish(stage.api, { to: { group }, payload: accepted.length }));
  })();
  await until(() => accepted.length >= 50, { what: 'some load' });
  const stoppedAt = performance.now();
  const stopped = stage.fanfare.gateways[1]?.stop();

  const waits: number[] = [];
  for (const session of sessions) {
    const { data } = await session.waitFor('reconnect');
    expect(data.afterMs).toBeGreaterThanOrEqual(0);
    expect(data.afterMs).toBeLessThanOrEqual(drainSeconds * 1000);
    waits.push(data.afterMs);
    expect((await session.waitForClose()).code).toBe(1012);
  }
  expect(performance.now() - stoppedAt).toBeLessThan(drainSeconds * 1000 + 5_000);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(drainSeconds * 100); // fails once in ten million runs
  await stopped; // rejects if it had to be killed or ended with another exit code than 0
  const next = await Promise.all(
    sessions.map((session, index) => {
      const resume = { [timeline]: positionOf(received(session, timeline).at(-1)) };
      return stage.connectSynced(users[index] ?? '', { gateway: 0, resume });
    }),
  );
  isOver = true;
  await load;

  const wanted = accepted.map(({ id }) => id);
  await until(() => wanted.every((id) => ids(stays).includes(id)), { what: 'everything at the other gateway' });
  for (const [index, session] of sessions.entries()) {
    const after = next[index];
    if (!after) throw new Error('no session');
    await until(() => ids(after).includes(wanted.at(-1) ?? ''), { what: 'the last message' });
    expect([...ids(session), ...ids(after)]).toEqual(ids(stays));
    expect(isAscending([...offsets(session, timeline), ...offsets(after, timeline)])).toBe(true);
  }
});

test('control: a gateway that is killed tells nobody when to come back, and whoever does not resume gets things twice', async () => {
  const alice = stage.name('alice');
  const killed = await stage.fanfare.startAnother('push-gateway');
  const token = await stage.token(alice);
  const session = await ProtocolClient.connect(`ws://127.0.0.1:${killed.port}/v1/connect`, { token });
  await publish(stage.api, { to: { user: alice }, payload: 1 });
  await session.waitForMessages(`user:${alice}`, 1);
  await killed.kill();
  expect((await session.waitForClose()).code).toBe(1006);
  expect(session.events('reconnect')).toEqual([]);
  const after = await stage.connectSynced(alice, { gateway: 0 });
  expect([...offsets(session, `user:${alice}`), ...offsets(after, `user:${alice}`)]).toEqual([1, 1]);
});
