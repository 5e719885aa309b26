// A replica is killed between any two steps of a job or of a change of members: another completes it, and nothing of it
// happens twice. The one that dies is connected through a proxy, which ends it when it is about to send a chosen command.
import { allScripts } from '@fanfare/redis-scripts';
import { FaultProxy, type Service, type ServiceName, until } from '@fanfare/testing';
import { publish, range } from './acts.js';
import { useStage } from './stage.js';

/** What of a call of the script is on the wire. */
function sent(script: string): string {
  const { sha1 } = allScripts.find(({ name }) => name === script) ?? {};
  if (sha1 === undefined) throw new Error(`there is no script ${script}`);
  return sha1;
}

/** Three of each, with the one that dies. */
const stage = useStage({ redis: 'single', workers: 2, memberships: 2, env: { FANFARE_JOB_CLAIM_SECONDS: '1' } });

/** One more replica, which is killed when it is about to send this for the nth time. */
async function doomed(name: ServiceName, needle: string, nth: number): Promise<{ victim: Service; proxy: FaultProxy }> {
  const proxy = await FaultProxy.open({ port: stage.redis.port });
  const victim = await stage.fanfare.startAnother(name, { FANFARE_REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
  proxy.cutAt(needle, nth, () => {
    victim.signal('SIGKILL');
    proxy.cutAll(); // what its other connections have sent, and Redis not yet got, dies with it
  });
  return { victim, proxy };
}

/** How many users of that prefix have so many entries, straight from Redis. */
async function entriesByUser(prefix: string): Promise<Record<string, number>> {
  const admin = stage.redis.servers[0]?.connection();
  const found: Record<string, number> = {};
  for (const log of (await admin?.keys(`*/u/${prefix}-*/log`)) ?? []) {
    const length = (await admin?.llen(log)) ?? 0;
    found[length] = (found[length] ?? 0) + 1;
  }
  admin?.disconnect();
  return found;
}

describe('a worker that dies', () => {
  const usersEach = 500;

  test.each([
    ['after claiming a job', sent('job/begin'), 1],
    ['before its first chunk', sent('timeline/append-many'), 1],
    ['in the middle of a round of chunks', sent('timeline/append-many'), 21],
    ['before its first checkpoint', sent('job/checkpoint'), 1],
    ['before a later checkpoint', sent('job/checkpoint'), 4],
    ['after all of it but settling the job', sent('job/settle'), 1],
  ])('%s leaves jobs that others complete, with one entry a user', async (_, needle, nth) => {
    const prefix = stage.name('user');
    const { victim, proxy } = await doomed('fanout-worker', needle, nth);
    const ids: string[] = [];
    // Whoever is first takes a job: until it was the turn of this one.
    while (victim.isRunning) {
      const first = ids.length * usersEach + 1;
      const users = range(first, first + usersEach - 1).map((number) => `${prefix}-${number}`);
      ids.push((await publish(stage.api, { to: { users }, payload: 1 })).id);
    }
    await proxy.close();
    for (const id of ids) {
      const isDone = async (): Promise<boolean> => (await stage.api.job(id)).body.state === 'done';
      await until(isDone, { what: `job ${id} to be done`, deadlineMs: 30_000 });
      expect((await stage.api.job(id)).body).toMatchObject({ total: usersEach, done: usersEach });
    }
    expect(await entriesByUser(prefix)).toEqual({ 1: ids.length * usersEach });
  });
});

describe('a membership replica that dies', () => {
  const usersEach = 300;

  /** Changes of as many groups as it takes until it was the turn of the one that dies; all answers. */
  async function changes(victim: Service, change: (group: string) => Promise<unknown>): Promise<string[]> {
    const groups: string[] = [];
    const answers: Promise<unknown>[] = [];
    while (victim.isRunning) {
      const group = stage.name('eng');
      groups.push(group);
      answers.push(change(group));
      await Promise.race([answers.at(-1), victim.exited]);
    }
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 200 });
    return groups;
  }

  const usersOf = (group: string): string[] => range(1, usersEach).map((number) => `${group}-${number}`);

  test.each([
    ['after recording it', sent('group/join'), 1],
    ['after the group’s side', sent('user/joined'), 1],
    ['in the middle of the users’ side', sent('user/joined'), 100],
    ['after both sides', sent('membership/complete'), 1],
    ['after everything but the answer', 'xack', 1],
  ])('%s leaves a joining that another completes, each member once', async (_, needle, nth) => {
    const { victim, proxy } = await doomed('membership', needle, nth);
    const groups = await changes(victim, (group) => stage.api.changeMembers(group, { add: usersOf(group) }));
    await proxy.close();
    for (const group of groups) {
      expect(await stage.api.group(group)).toMatchObject({ body: { members: usersEach } });
      expect((await stage.api.members(group, { limit: 1000 })).body.members).toHaveLength(usersEach);
      for (const user of [usersOf(group)[0], usersOf(group)[150], usersOf(group)[usersEach - 1]]) {
        expect((await stage.api.groupsOf(user ?? '')).body.groups).toMatchObject([{ group }]);
      }
    }
    await hasNothingLeft();
  });

  test('in the middle of a leaving: another completes it', async () => {
    const { victim, proxy } = await doomed('membership', sent('user/left'), 50);
    const groups = await changes(victim, async (group) => {
      await stage.api.changeMembers(group, { add: usersOf(group) });
      return stage.api.changeMembers(group, { remove: usersOf(group) });
    });
    await proxy.close();
    for (const group of groups) {
      expect(await stage.api.group(group)).toMatchObject({ body: { members: 0 } });
      for (const user of [usersOf(group)[0], usersOf(group)[usersEach - 1]]) {
        expect((await stage.api.groupsOf(user ?? '')).body.groups).toEqual([]);
      }
    }
    await hasNothingLeft();
  });

  /** No record of the change that died stays: the loop of another replica drops it in time. */
  async function hasNothingLeft(): Promise<void> {
    const admin = stage.redis.servers[0]?.connection();
    const isEmpty = async (): Promise<boolean> => (await admin?.xlen('default/{rpc}/calls/membership')) === 0;
    await until(isEmpty, { what: 'no request to be left' });
    admin?.disconnect();
  }
});
