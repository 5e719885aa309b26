// Membership as a service of its own, three replicas of it: a command's effect happens once, whoever dies.
import { type Service, until } from '@fanfare/testing';
import { range } from './acts.js';
import { useStage } from './stage.js';

const stage = useStage({ memberships: 3 });

/** Sum of a counter over all its labels that have `part` in them. */
async function counted(service: Service, part: string): Promise<number> {
  const page = await (await fetch(`${service.url}/metrics`)).text();
  const lines = page.split('\n').filter((line) => line.startsWith('fanfare_rpc_messages_total') && line.includes(part));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

const running = (): Service[] => stage.fanfare.memberships.filter(({ isRunning }) => isRunning);

async function handled(pattern: string): Promise<number[]> {
  const labels = `outcome="handled",pattern="${pattern}"`;
  return Promise.all(running().map((service) => counted(service, labels)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The process that has a request in hand: a consumer's name begins with its process id. */
async function whoHandles(): Promise<Service | undefined> {
  for (const server of stage.redis.servers) {
    const redis = server.connection();
    try {
      const rows = (await redis.xpending('default/{rpc}/calls/membership', 'membership', '-', '+', 1)) as string[][];
      const pid = Number(rows[0]?.[1]?.split('-')[0]);
      return stage.fanfare.memberships.find((service) => service.pid === pid);
    } finally {
      redis.disconnect();
    }
  }
  return undefined;
}

test('of 300 joins each is handled once, and more than one replica takes part', async () => {
  const group = stage.name('eng');
  const users = range(1, 300).map((number) => `${group}-${number}`);
  const answers = await Promise.all(users.map((user) => stage.api.join(group, user)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const each = await handled('membership.join.v1');
  expect(sum(each)).toBe(300);
  expect(each.filter((count) => count > 0).length).toBeGreaterThan(1);
  expect(await stage.api.group(group)).toMatchObject({ body: { members: 300 } });
});

test('a bulk join whose replica is killed in the middle is completed by another', async () => {
  const group = stage.name('eng');
  const add = range(1, 10_000).map((number) => `${group}-${number}`);
  const answer = stage.api.changeMembers(group, { add });
  const victim = await until(whoHandles, { what: 'a replica to begin', everyMs: 1 });
  await victim.kill();
  expect(await answer).toMatchObject({ status: 200 });
  expect(await stage.api.group(group)).toMatchObject({ body: { members: 10_000 } });
  for (const user of [add[0], add[4999], add[9999]]) {
    expect((await stage.api.groupsOf(user ?? '')).body.groups).toMatchObject([{ group }]);
  }
  expect(sum(await Promise.all(running().map((service) => counted(service, 'outcome="taken_over"'))))).toBe(1);
});

test('a refusal arrives with its code', async () => {
  const user = stage.name('alice');
  for (const number of range(1, 256)) await stage.api.join(`${user}-${number}`, user);
  expect(await stage.api.join(`${user}-257`, user)).toMatchObject({ status: 409, body: { code: 'conflict' } });
});

test('with no replica up the answer is 504 by the deadline', async () => {
  await Promise.all(running().map((service) => service.kill()));
  const before = performance.now();
  const answer = await stage.api.join(stage.name('eng'), stage.name('alice'));
  expect(answer).toMatchObject({ status: 504, body: { code: 'timeout' } });
  expect(performance.now() - before).toBeLessThan(7000);
});
