/**
 * How fast messages get into Redis: plain commands one by one, pipelined and by script, redis-benchmark with the script of a
 * publication, and Fanfare with the same number on their way, in process and over HTTP; and what a publication to a
 * group costs against its size. Rows are run in turn, with AOF everysec and always.
 */
import type { AppendOnly } from '@fanfare/testing';
import { besideLoad } from '../cores.js';
import type { BenchResult, Chart, SuiteBench, SuiteOptions } from '../report/bench-result.js';
import { median, type Row, rounded } from '../table.js';
import { DEPTH } from '../publishing/ways.js';
import { type Deployment, deploy } from './deployment.js';
import { GROUP_SIZES, type GroupCost, groupCosts, makeGroups } from './group-cost.js';
import { LIMIT, type Measured, PUBLISH, rowOrders, type RowOrder } from './rows.js';

interface Figures {
  readonly perSecond: number;
  readonly messagesPerCall: number;
  /** µs for each message. */
  readonly script: number;
  readonly redisCpu: number;
  readonly publisherCpu: number;
}

const [MARK, GROUP_MARK] = [0.6, 1.2];
const AOFS = ['everysec', 'always'] as const;
const GROUPS = 'groups';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

export const pipeliningBench: SuiteBench = (options) => besideLoad(() => run(options));

async function run({ seconds, rounds, only }: SuiteOptions): Promise<BenchResult> {
  const orders = rowOrders.filter(({ name }) => name.includes(only));
  const withGroups = GROUPS.includes(only);
  const figures = new Map<string, Figures[]>();
  const groups: GroupCost[][] = [];
  const deployments = new Map<AppendOnly, Deployment>();
  try {
    for (const aof of AOFS) deployments.set(aof, await deploy(aof));
    for (let round = 1; round <= rounds; round += 1) {
      for (const deployment of deployments.values()) await fresh(deployment);
      for (const order of orders) {
        for (const [aof, deployment] of deployments) {
          say(`Round ${round} of ${rounds}: ${order.name}, AOF ${aof} …`);
          const all = figures.get(rowName(order.name, aof)) ?? [];
          figures.set(rowName(order.name, aof), [...all, await figuresOf(deployment, order, seconds)]);
        }
      }
    }
    const everysec = deployments.get('everysec');
    if (everysec && withGroups) {
      await everysec.stats.flush();
      await makeGroups(everysec, say);
      for (let round = 1; round <= rounds; round += 1) {
        say(`Round ${round} of ${rounds}: publications to groups …`);
        groups.push(await groupCosts(everysec, seconds));
      }
    }
  } finally {
    for (const deployment of deployments.values()) await deployment.stop();
  }
  return resultOf(figures, groups, seconds);
}

/** Every round begins with the same data: all users are known and have one message. */
async function fresh(on: Deployment): Promise<void> {
  await on.stats.flush();
  await on.publish({ way: 'publish-batch', seconds: 60, most: 100_000 });
}

async function figuresOf(on: Deployment, order: RowOrder, seconds: number): Promise<Figures> {
  const { stats } = on;
  await stats.reset();
  const before = await stats.cpuSeconds();
  const { messages, perSecond, cpuSeconds }: Measured = await order.run(on, seconds);
  const { calls, microseconds } = await stats.scripts();
  const redisCpu = (await stats.cpuSeconds()) - before;
  return {
    perSecond,
    messagesPerCall: messages / calls,
    script: microseconds / messages,
    redisCpu: (redisCpu * 1e6) / messages,
    publisherCpu: (cpuSeconds * 1e6) / messages,
  };
}

const rowName = (name: string, aof: AppendOnly): string => `${name} · ${aof}`;

function resultOf(
  figures: ReadonlyMap<string, readonly Figures[]>,
  groups: readonly (readonly GroupCost[])[],
  seconds: number,
): BenchResult {
  const middle = (row: string, of: (one: Figures) => number): number => median((figures.get(row) ?? []).map(of));
  const rate = (name: string, aof: AppendOnly): number => middle(rowName(name, aof), ({ perSecond }) => perSecond);
  const rows = [...figures.keys()].map((row): Row => {
    const figure = (of: (one: Figures) => number, digits = 1): string => numberOrDash(middle(row, of), digits);
    const aof = row.endsWith('always') ? 'always' : 'everysec';
    return [
      row,
      figure(({ perSecond }) => perSecond, 0),
      figure(({ perSecond }) => 1e6 / perSecond),
      numberOrDash(middle(row, ({ perSecond }) => perSecond) / rate(LIMIT, aof), 2),
      figure(({ messagesPerCall }) => messagesPerCall),
      figure(({ script }) => script),
      figure(({ redisCpu }) => redisCpu),
      figure(({ publisherCpu }) => publisherCpu),
    ];
  });
  const costs = GROUP_SIZES.map((members, index) =>
    costOf(
      members,
      groups.map((round) => round[index]),
    ),
  );
  const groupRows = groups.length === 0 ? [] : costs.map(groupRow);
  return {
    name: 'pipelining',
    title: 'Getting messages into Redis: one by one, pipelined, by script',
    setting:
      `Messages of 250 bytes to 100,000 users at random or in turn, for ${seconds} s each or until there are a million; AOF ` +
      'as named in each row, durability `stored`, no rewrite of the log meanwhile. Redis has one core; what publishes (a ' +
      'process with the library, redis-benchmark, the api) the other, one connection each; the HTTP load runs beside Redis. ' +
      'In process means all that the api does but HTTP: check by the schema, intake, one script call for the messages of a ' +
      'partition and turn of the event loop, publish log. redis-benchmark runs the script of a plain message with the ' +
      'same arguments.',
    head: [
      'row',
      'messages/s',
      's for a million',
      'of redis-benchmark, pipelined',
      'messages/call',
      'script µs',
      'Redis CPU µs',
      'publisher CPU µs',
    ],
    rows: [...rows, ...groupRows],
    marks: [...limitMarks(rate), ...(groups.length === 0 ? [] : groupMarks(costs))],
    charts: [rateChart(figures, rate), ...(groups.length === 0 ? [] : [groupChart(costs)])],
    notes: [],
    figures: { rows: Object.fromEntries(figures), groups },
  };
}

const numberOrDash = (value: number, digits: number): string => (Number.isFinite(value) ? rounded(value, digits) : '–');

function costOf(members: number, rounds: readonly (GroupCost | undefined)[]): GroupCost {
  const known = rounds.filter((one) => one !== undefined);
  const middle = (of: (one: GroupCost) => number): number => median(known.map(of));
  return {
    members,
    script: middle(({ script }) => script),
    redisCpu: middle(({ redisCpu }) => redisCpu),
    publisherCpu: middle(({ publisherCpu }) => publisherCpu),
  };
}

const groupRow = ({ members, script, redisCpu, publisherCpu }: GroupCost): Row => [
  `Fanfare in process, one by one, to a group of ${rounded(members)} · everysec`,
  ...['–', '–', '–', '1.0', rounded(script, 1), rounded(redisCpu, 1), rounded(publisherCpu, 1)],
];

const spread = (values: readonly number[]): number => Math.max(...values) / Math.min(...values);

function limitMarks(rate: (name: string, aof: AppendOnly) => number): BenchResult['marks'] {
  return AOFS.flatMap((aof) => {
    const share = rate(PUBLISH, aof) / rate(LIMIT, aof);
    if (!Number.isFinite(share)) return [];
    const text = `AOF ${aof}: publishing in process is at least ${MARK} of redis-benchmark with the same script, ${DEPTH} at once (${rounded(share, 2)})`;
    return [{ text, isMet: share >= MARK }];
  });
}

function groupMarks(costs: readonly GroupCost[]): BenchResult['marks'] {
  const kinds = [
    ['script time', ({ script }: GroupCost) => script],
    ["Redis's CPU", ({ redisCpu }: GroupCost) => redisCpu],
  ] as const;
  return kinds.map(([what, of]) => {
    const ratio = spread(costs.map(of));
    const text = `a publication to a group, 10 to 1,000,000 members: the largest ${what} is at most ${GROUP_MARK} of the smallest (${rounded(ratio, 2)})`;
    return { text, isMet: ratio <= GROUP_MARK };
  });
}

function rateChart(figures: ReadonlyMap<string, unknown>, rate: (name: string, aof: AppendOnly) => number): Chart {
  const names = rowOrders.map(({ name }) => name).filter((name) => figures.has(rowName(name, 'everysec')));
  return {
    name: 'pipelining',
    title: 'Messages a second into one Redis',
    kind: 'bar',
    categories: names,
    x: { label: '', isLog: false },
    y: { label: 'messages a second', isLog: true },
    series: AOFS.map((aof) => ({ name: `AOF ${aof}`, points: names.map((name) => rate(name, aof)) })),
  };
}

function groupChart(costs: readonly GroupCost[]): Chart {
  const points = (of: (one: GroupCost) => number) => costs.map((one) => [one.members, of(one)] as const);
  return {
    name: 'group-cost',
    title: 'Cost of a publication to a group',
    kind: 'line',
    categories: [],
    x: { label: 'members', isLog: true },
    y: { label: 'µs a publication', isLog: false },
    series: [
      { name: 'script', points: points(({ script }) => script) },
      { name: 'CPU of Redis', points: points(({ redisCpu }) => redisCpu) },
      { name: 'CPU of the publisher', points: points(({ publisherCpu }) => publisherCpu) },
    ],
  };
}
