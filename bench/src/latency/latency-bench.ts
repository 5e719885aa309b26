/**
 * How long a message to one user takes from when it was due to be published to the read in the client, at a fixed rate of
 * messages to single users, beside Socket.IO with its Redis Streams adapter. Rows are run in turn.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppendOnly } from '@fanfare/testing';
import { besideLoad } from '../cores.js';
import { cpuSecondsOf } from '../cpu-seconds.js';
import type { Mark } from '../marks.js';
import type { BenchResult, SuiteBench, SuiteOptions } from '../report/bench-result.js';
import { median, type Row, rounded } from '../table.js';
import { type Contender, startFanfareContender, startSocketIoContender } from './contenders.js';
import type { Schedule } from './schedule.js';

interface Figures {
  /** Why the round does not count; '' where it does. */
  readonly void: string;
  /** ms, from when a message was due. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly longest: number;
  readonly lateP99: number;
  readonly acceptedP50: number;
  readonly acceptedP99: number;
  /** µs for each message. */
  readonly serverCpu: number;
  readonly redisCpu: number;
  readonly publisherCpu: number;
  readonly loadCpu: number;
}

interface Course {
  readonly name: string;
  readonly contender: Contender;
  readonly rounds: Figures[];
}

const [USERS, PER_SECOND] = [1000, 5000];
const WARM_SECONDS = 2;
const ARRIVES_WITHIN_MS = 20_000;
const [P50_MARK, P99_MARK] = [1.5, 10];
const AOFS = ['everysec', 'always'] as const;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const nameOf = ({ name, aof }: Contender): string =>
  `${name === 'Fanfare' ? name : 'Socket.IO, Redis Streams adapter'} · AOF ${aof}`;

export const latencyBench: SuiteBench = (options) => besideLoad(() => run(options));

async function run({ seconds, rounds, only }: SuiteOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
  const contenders: Contender[] = [];
  try {
    for (const aof of AOFS) {
      say(`AOF ${aof}: Fanfare and Socket.IO, ${rounded(USERS)} users each …`);
      contenders.push(await startFanfareContender(aof, USERS, folder));
      contenders.push(await startSocketIoContender(aof, USERS, folder));
    }
    const courses = contenders
      .map((contender): Course => ({ name: nameOf(contender), contender, rounds: [] }))
      .filter(({ name }) => name.includes(only));
    await measure(courses, seconds, rounds);
    return resultOf(courses, seconds);
  } finally {
    for (const contender of contenders) await contender.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(courses: readonly Course[], seconds: number, rounds: number): Promise<void> {
  const schedule = { perSecond: PER_SECOND, users: USERS };
  for (const course of courses) await timed(course, { ...schedule, seconds: WARM_SECONDS });
  for (let round = 1; round <= rounds; round += 1) {
    for (const course of courses) {
      const figures = await timed(course, { ...schedule, seconds });
      const result = figures.void || `p50 ${rounded(figures.p50, 2)} ms, p99 ${rounded(figures.p99, 2)} ms`;
      say(`Round ${round} of ${rounds}: ${course.name}: ${result}`);
      course.rounds.push(figures);
    }
  }
}

async function timed({ contender }: Course, schedule: Schedule): Promise<Figures> {
  const { load, pid, stats } = contender;
  const { total } = await load.figures();
  load.begin(pid);
  const before = { server: cpuSecondsOf(pid), redis: await stats.cpuSeconds() };
  const kept = await contender.publish(schedule);
  const arrived = load.until(total + kept.messages, ARRIVES_WITHIN_MS);
  const trouble = await arrived.then(
    () => '',
    (error: Error) => error.message,
  );
  const got = await load.figures();
  const perMessage = (cpuSeconds: number): number => (cpuSeconds * 1e6) / kept.messages;
  return {
    void: trouble || voidReason(got, kept.messages),
    ...{ p50: got.p50, p99: got.p99, p999: got.p999, longest: got.longest },
    ...{ lateP99: kept.late.p99, acceptedP50: kept.accepted.p50, acceptedP99: kept.accepted.p99 },
    serverCpu: perMessage(cpuSecondsOf(pid) - before.server),
    redisCpu: perMessage((await stats.cpuSeconds()) - before.redis),
    publisherCpu: perMessage(kept.cpuSeconds),
    loadCpu: perMessage(got.cpuSeconds),
  };
}

function voidReason(got: { received: number; holes: number; repeats: number; ended: number }, sent: number): string {
  if (got.ended > 0) return `${got.ended} connections ended`;
  if (got.holes > 0 || got.repeats > 0) return `${got.holes} holes and ${got.repeats} repetitions`;
  return got.received === sent ? '' : `${got.received} of ${sent} messages came`;
}

const middleOf = ({ rounds }: Course, of: (one: Figures) => number): number =>
  median(rounds.filter((round) => round.void === '').map(of));

function resultOf(courses: readonly Course[], seconds: number): BenchResult {
  const voids = courses.flatMap(({ name, rounds }) =>
    rounds.flatMap((figures, index) =>
      figures.void === '' ? [] : [`Round ${index + 1} of ${name} is void: ${figures.void}`],
    ),
  );
  return {
    name: 'latency',
    title: 'From publishing to delivery',
    setting:
      `${rounded(PER_SECOND)} messages a second to single users for ${seconds} s, ${rounded(USERS)} users online at one server, ` +
      '5 messages due each millisecond: a schedule fixed beforehand. A latency counts from when the message was due to the ' +
      'read in the client (a program in C, same clock). Fanfare publishes with the library that the api uses, everything it ' +
      'does but HTTP, in a process of its own, durability `stored`, and devices acknowledge once a second. Socket.IO publishes by a second instance without clients and keeps the newest 10,000 ' +
      'in one stream, without connection state recovery. Server and Redis have one core; publisher and clients the other.',
    head: [
      'row',
      'p50 ms',
      'p99 ms',
      'p99.9 ms',
      'longest ms',
      'late p99 ms',
      'accepted p50 / p99 ms',
      'CPU µs a message: server + Redis + publisher + clients',
    ],
    rows: courses.map(rowOf),
    marks: marksOf(courses),
    charts: [
      {
        name: 'latency',
        title: 'From publishing to delivery at 5,000 messages a second',
        kind: 'bar',
        categories: courses.map(({ name }) => name),
        x: { label: '', isLog: false },
        y: { label: 'ms', isLog: true },
        series: [
          { name: 'p50', points: courses.map((course) => middleOf(course, ({ p50 }) => p50)) },
          { name: 'p99', points: courses.map((course) => middleOf(course, ({ p99 }) => p99)) },
          { name: 'p99.9', points: courses.map((course) => middleOf(course, ({ p999 }) => p999)) },
        ],
      },
    ],
    notes: [
      '"late" is how long after its time a message was handed over: the part of the latency that is the load generator’s own. ' +
        'Socket.IO does not tell when a message is accepted.',
      ...voids,
    ],
    figures: Object.fromEntries(courses.map(({ name, rounds }) => [name, rounds])),
  };
}

function rowOf(course: Course): Row {
  const figure = (of: (one: Figures) => number, digits = 2): string => rounded(middleOf(course, of), digits);
  const accepted = [figure(({ acceptedP50 }) => acceptedP50), figure(({ acceptedP99 }) => acceptedP99)];
  const cpu = [
    (one: Figures) => one.serverCpu,
    (one: Figures) => one.redisCpu,
    (one: Figures) => one.publisherCpu,
    (one: Figures) => one.loadCpu,
  ];
  return [
    course.name,
    figure(({ p50 }) => p50),
    figure(({ p99 }) => p99),
    figure(({ p999 }) => p999),
    figure(({ longest }) => longest),
    figure(({ lateP99 }) => lateP99),
    course.contender.name === 'Socket.IO' ? '–' : accepted.join(' / '),
    cpu.map((of) => figure(of, 1)).join(' + '),
  ];
}

function marksOf(courses: readonly Course[]): Mark[] {
  const of = (name: Contender['name'], aof: AppendOnly): Course | undefined =>
    courses.find(({ contender }) => contender.name === name && contender.aof === aof);
  return AOFS.flatMap((aof) => {
    const [ours, theirs] = [of('Fanfare', aof), of('Socket.IO', aof)];
    if (!ours) return [];
    const [p50, p99] = [middleOf(ours, (one) => one.p50), middleOf(ours, (one) => one.p99)];
    const marks = [
      { text: `AOF ${aof}: p50 is at most ${P50_MARK} ms (${rounded(p50, 2)})`, isMet: p50 <= P50_MARK },
      { text: `AOF ${aof}: p99 is at most ${P99_MARK} ms (${rounded(p99, 2)})`, isMet: p99 <= P99_MARK },
    ];
    if (!theirs) return marks;
    const peer = middleOf(theirs, (one) => one.p99);
    const text = `AOF ${aof}: p99 is not above Socket.IO's (${rounded(p99, 2)} and ${rounded(peer, 2)} ms)`;
    return [...marks, { text, isMet: p99 <= peer }];
  });
}
