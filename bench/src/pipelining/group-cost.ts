/**
 * What one publication to a group costs against the number of its members. Groups take turns in short slices, one message
 * after the other, so that a slow moment of the machine meets all of them; the middle of a size's slices counts.
 */
import { makeGroup } from '../publishing/big-group.js';
import { InProcess } from '../publishing/in-process.js';
import { median } from '../table.js';
import type { Deployment } from './deployment.js';

export const GROUP_SIZES = [10, 1000, 100_000, 1_000_000] as const;
const SLICES_A_ROUND = 5;

export interface GroupCost {
  readonly members: number;
  /** µs for each publication. */
  readonly script: number;
  readonly redisCpu: number;
  readonly publisherCpu: number;
}

const nameOf = (members: number): string => `group-of-${members}`;

export async function makeGroups({ url }: Deployment, say: (text: string) => void): Promise<void> {
  const own = await InProcess.open(url);
  for (const members of GROUP_SIZES) {
    say(`A group of ${members} members …`);
    await makeGroup(own, nameOf(members), members, (index) => `user-${index}`);
  }
  await own.close();
}

export async function groupCosts(on: Deployment, seconds: number): Promise<GroupCost[]> {
  const slices = GROUP_SIZES.map(() => new Array<Omit<GroupCost, 'members'>>());
  for (let slice = 0; slice < SLICES_A_ROUND; slice += 1) {
    for (const [index, members] of GROUP_SIZES.entries()) {
      slices[index]?.push(await sliceOf(on, members, seconds / SLICES_A_ROUND));
    }
  }
  return GROUP_SIZES.map((members, index) => {
    const middle = (of: (one: Omit<GroupCost, 'members'>) => number): number => median((slices[index] ?? []).map(of));
    return {
      members,
      script: middle(({ script }) => script),
      redisCpu: middle(({ redisCpu }) => redisCpu),
      publisherCpu: middle(({ publisherCpu }) => publisherCpu),
    };
  });
}

async function sliceOf(on: Deployment, members: number, seconds: number): Promise<Omit<GroupCost, 'members'>> {
  const { stats } = on;
  await stats.reset();
  const before = await stats.cpuSeconds();
  const { messages, cpuSeconds } = await on.publish({
    ...{ way: 'publish-group', group: nameOf(members) },
    ...{ seconds, most: 1_000_000 },
  });
  const { microseconds } = await stats.scripts();
  const redisCpu = ((await stats.cpuSeconds()) - before) * 1e6;
  return {
    script: microseconds / messages,
    redisCpu: redisCpu / messages,
    publisherCpu: (cpuSeconds * 1e6) / messages,
  };
}
