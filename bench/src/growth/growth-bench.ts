/**
 * How the cost of a message grows: CPU of gateways, Redis and publisher against the size of the group, the sessions that
 * receive it, the partitions and the gateways. Points are short; their sizes are bounded so that all take some minutes.
 */
import { besideLoad } from '../cores.js';
import type { Mark } from '../marks.js';
import type { BenchResult, Chart, SuiteBench, SuiteOptions } from '../report/bench-result.js';
import { median, type Row, rounded } from '../table.js';
import { type Axis, type Figures, idleCpu, measure, type PointOrder } from './point.js';
import { type Cpu, World, type WorldOptions } from './world.js';

interface Point extends PointOrder {
  readonly rounds: Figures[];
}

/** Points that are measured in the same deployment. */
interface Stage {
  readonly world: WorldOptions;
  readonly groups: Readonly<Record<string, number>>;
  readonly points: readonly PointOrder[];
}

const [PARTITIONS, MOST_SESSIONS, SOME_SESSIONS, FEW_ONLINE] = [256, 15_000, 1000, 10];
const MEMBERS = [10, 1000, 100_000, 1_000_000];
const SESSIONS = [100, 1000, 5000, MOST_SESSIONS];
const PARTITION_COUNTS = [16, 64, PARTITIONS, 1024];
const GATEWAYS = [1, 2, 4];
const AXES: readonly Axis[] = ['members', 'sessions', 'partitions', 'gateways'];
const GROUP = 'everybody';
/** The same for all, so that as many deliveries go with an acknowledgement. */
const SESSIONS_RATE = 3;
const WARM_SECONDS = 1;
const NOTHING: Cpu = { gateways: 0, redis: 0, publisher: 0 };

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const stages: readonly Stage[] = [
  {
    world: { partitions: PARTITIONS, gateways: 1, sessions: FEW_ONLINE },
    groups: Object.fromEntries(MEMBERS.map((members) => [`members-${members}`, members])),
    points: MEMBERS.map((members) => pointOf('members', members, { group: `members-${members}` }, FEW_ONLINE)),
  },
  {
    world: { partitions: PARTITIONS, gateways: 1, sessions: MOST_SESSIONS },
    groups: Object.fromEntries(SESSIONS.map((sessions) => [`sessions-${sessions}`, sessions])),
    points: SESSIONS.map((sessions) => ({
      ...pointOf('sessions', sessions, { group: `sessions-${sessions}` }, sessions),
      perSecond: SESSIONS_RATE,
    })),
  },
  ...PARTITION_COUNTS.map((partitions) => ({
    world: { partitions, gateways: 1, sessions: SOME_SESSIONS },
    groups: {},
    points: [pointOf('partitions', partitions, { users: SOME_SESSIONS }, 1)],
  })),
  ...GATEWAYS.map((gateways) => ({
    world: { partitions: PARTITIONS, gateways, sessions: SOME_SESSIONS },
    groups: { [GROUP]: SOME_SESSIONS },
    points: [pointOf('gateways', gateways, { group: GROUP }, SOME_SESSIONS)],
  })),
];

function pointOf(axis: Axis, x: number, to: PointOrder['to'], deliveries: number): PointOrder {
  return { axis, x, to, deliveries };
}

export const growthBench: SuiteBench = (options) => besideLoad(() => run(options));

async function run({ seconds, rounds, only }: SuiteOptions): Promise<BenchResult> {
  const points: Point[] = [];
  for (const stage of stages) {
    if (stage.points.some(({ axis }) => axis.includes(only))) points.push(...(await play(stage, seconds, rounds)));
  }
  return resultOf(points, seconds);
}

async function play({ world: options, groups, points }: Stage, seconds: number, rounds: number): Promise<Point[]> {
  const { partitions, gateways, sessions } = options;
  say(`${partitions} partitions, ${gateways} gateways, ${rounded(sessions)} sessions …`);
  const world = await World.start(options);
  try {
    for (const [name, members] of Object.entries(groups)) await world.makeGroup(name, members);
    const measured = points.map((point): Point => ({ ...point, rounds: [] }));
    for (const point of measured) await measure(world, point, NOTHING, WARM_SECONDS);
    const idle = await idleCpu(world);
    for (let round = 1; round <= rounds; round += 1) {
      for (const point of measured) {
        say(`Round ${round} of ${rounds}: ${rounded(point.x)} ${point.axis} …`);
        point.rounds.push(await measure(world, point, idle, seconds));
      }
    }
    return measured;
  } finally {
    await world.stop();
  }
}

const middleOf = ({ rounds }: Point, of: (one: Figures) => number): number =>
  median(rounds.filter((round) => round.void === '').map(of));

function resultOf(points: readonly Point[], seconds: number): BenchResult {
  const voids = points.flatMap(({ axis, x, rounds }) =>
    rounds.flatMap((round, index) =>
      round.void === '' ? [] : [`Round ${index + 1} with ${rounded(x)} ${axis} is void: ${round.void}`],
    ),
  );
  return {
    name: 'growth',
    title: 'How the cost of a message grows',
    setting:
      `Messages of 171 bytes at a steady rate for ${seconds} s a point (at most 1,000 a second and 40,000 deliveries; at least 30), AOF ` +
      '`everysec`, durability `stored`, devices that acknowledge once a second. Members: a group of which 10 are online. ' +
      'Sessions: a group, all of it online at one gateway that holds 15,000. Partitions: single users, 1,000 online. ' +
      'Gateways: a group of 1,000, all online, spread over them. CPU of all gateways together, of Redis, and of the ' +
      'publisher (the library that the api uses); what they use without messages is taken off. No worker is involved.',
    head: [
      'row',
      'deliveries/message',
      'gateways µs/message',
      'gateways µs/delivery',
      'Redis µs/message',
      'publisher µs/message',
    ],
    rows: points.map(rowOf),
    marks: marksOf(points),
    charts: AXES.flatMap((axis) => chartOf(axis, points)),
    notes: [
      ...AXES.filter((axis) => points.some((point) => point.axis === axis)).flatMap((axis) => NOTES[axis]),
      ...voids,
    ],
    figures: points,
  };
}

function rowOf(point: Point): Row {
  const gateways = middleOf(point, (one) => one.gateways);
  return [
    `${rounded(point.x)} ${point.axis}`,
    rounded(point.deliveries),
    rounded(gateways, 1),
    rounded(gateways / point.deliveries, 2),
    rounded(
      middleOf(point, ({ redis }) => redis),
      1,
    ),
    rounded(
      middleOf(point, ({ publisher }) => publisher),
      1,
    ),
  ];
}

/** A cost counts as flat where the dearest point is at most that many times the cheapest: set before the first whole run. */
const FLAT = 1.5;
const NOTES: Readonly<Record<Axis, readonly string[]>> = {
  members: [],
  sessions: [
    `With sessions as the axis ${SESSIONS_RATE} messages a second: each session acknowledges once a second, and that is stored, so a ` +
      'good part of the cost is acknowledgements, and all of it in Redis.',
  ],
  partitions: [
    'With few partitions more of what happens at once is of one partition and shares a script call: messages of one turn of ' +
      'the event loop, acknowledgements of one second. That is why more partitions cost more, up to a call for each.',
  ],
  gateways: ['Each gateway that holds a member is told by a publication of its own, and reads and parses it.'],
};

function marksOf(points: readonly Point[]): Mark[] {
  const flat = (axis: Axis, what: string, of: (point: Point) => number): Mark[] => {
    const values = points.filter((point) => point.axis === axis).map(of);
    if (values.length === 0) return [];
    const ratio = Math.max(...values) / Math.min(...values);
    return [
      {
        text: `${what}: the largest is at most ${FLAT} of the smallest (${rounded(ratio, 2)})`,
        isMet: ratio <= FLAT,
      },
    ];
  };
  const cost = (point: Point): number => middleOf(point, ({ gateways, redis }) => gateways + redis);
  return [
    ...flat('members', 'CPU of a message to a group of 10 to 1,000,000 members', cost),
    ...perDelivery(points),
    ...flat('partitions', 'CPU of a message to a user with 16 to 1,024 partitions', cost),
  ];
}

/** The fixed cost of a message weighs less the more it reaches: what counts is that a delivery gets no dearer. */
function perDelivery(points: readonly Point[]): Mark[] {
  const at = (sessions: number): number => {
    const point = points.find(({ axis, x }) => axis === 'sessions' && x === sessions);
    return point ? middleOf(point, ({ gateways }) => gateways / point.deliveries) : NaN;
  };
  const ratio = at(MOST_SESSIONS) / at(SOME_SESSIONS);
  if (Number.isNaN(ratio)) return [];
  const [most, some] = [rounded(MOST_SESSIONS), rounded(SOME_SESSIONS)];
  const text = `gateway CPU of a delivery to one of ${most} sessions is at most ${FLAT} of that to one of ${some} (${rounded(ratio, 2)})`;
  return [{ text, isMet: ratio <= FLAT }];
}

function chartOf(axis: Axis, points: readonly Point[]): Chart[] {
  const ofAxis = points.filter((point) => point.axis === axis);
  if (ofAxis.length === 0) return [];
  const series = (name: string, of: (one: Figures, point: Point) => number) => ({
    name,
    points: ofAxis.map((point) => [point.x, middleOf(point, (one) => of(one, point))] as const),
  });
  return [
    {
      name: `growth-${axis}`,
      title: `CPU of a message against ${axis}`,
      kind: 'line',
      categories: [],
      x: { label: axis, isLog: true },
      y: { label: 'µs a message', isLog: axis === 'sessions' },
      series: [
        series('gateways', ({ gateways }) => gateways),
        series('Redis', ({ redis }) => redis),
        series('publisher', ({ publisher }) => publisher),
      ],
    },
  ];
}
