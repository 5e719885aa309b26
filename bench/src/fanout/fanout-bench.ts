/**
 * Live fan-out to the sessions of a group, by Fanfare with all its guarantees, by what a team would pick instead, and by a
 * program that only writes. Each is started once, with its sessions connected once, and they are timed in turn, round by
 * round, each on a core of its own and all the rest on the others.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@fanfare/testing';
import { LOAD_CORES, pin } from '../cores.js';
import { nchanProgram } from '../peers/nchan.js';
import type { BenchResult, SuiteOptions } from '../report/bench-result.js';
import { rounded } from '../table.js';
import type { Contender, Stage } from './contender.js';
import { FANFARE, ONE_BY_ONE, startFanfareContender } from './fanfare.js';
import { LIMIT, LIMIT_LONG, LONGER_BYTES, startLimit } from './limit.js';
import { startNchanContender } from './nchan.js';
import { startSocketIo, startSocketIoStreams, startWs } from './node-peers.js';
import { ProfiledGateway } from './profile.js';
import { type AllFigures, resultOf } from './report.js';
import { Course, type Figures, type Mode, MODES } from './rounds.js';

const SESSIONS = 1000;
/** Of the server's CPU, once and before each row: the ones timed before it have had the caches. */
const [WARM_UP_SECONDS, AGAIN_SECONDS] = [2, 0.1];

/** By contender. */
type Profiles = Map<string, ProfiledGateway>;

interface Entrant {
  readonly name: string;
  start(stage: Stage): Promise<Contender>;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const rowName = (name: string, mode: Mode): string => `${name}, ${mode.name}`;

export async function fanoutBench(options: SuiteOptions): Promise<BenchResult> {
  pin(process.pid, LOAD_CORES); // and with it all that it starts, until it is moved
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-fanout-'));
  const redis = await startRedis({ mode: 'single' });
  const courses: Course[] = [];
  const profiles: Profiles = new Map();
  const notes: string[] = [];
  try {
    const stage = { sessions: SESSIONS, redisPort: redis.port, folder };
    for (const entrant of entrants(profiles, notes)) {
      if (!MODES.some((mode) => rowName(entrant.name, mode).includes(options.only))) continue;
      say(`${entrant.name}: ${rounded(SESSIONS)} sessions connect …`);
      courses.push(new Course(await entrant.start(stage), SESSIONS));
    }
    const figures = await measure(courses, options, profiles);
    return resultOf(figures, SESSIONS, notes);
  } finally {
    await Promise.all(courses.map(({ contender }) => contender.stop()));
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function entrants(profiles: Profiles, notes: string[]): Entrant[] {
  const fanfare = (name: string, more: Record<string, string>): Entrant => {
    const profile = new ProfiledGateway(name);
    profiles.set(name, profile);
    return { name, start: (stage) => profile.start((env) => startFanfareContender(stage, { ...env, ...more }, name)) };
  };
  const nchan = nchanProgram();
  if (typeof nchan === 'string') notes.push(`Nchan is not among them: ${nchan}.`);
  return [
    fanfare(FANFARE, {}),
    fanfare(ONE_BY_ONE, { FANFARE_NATIVE_WRITES: 'false' }),
    { name: 'ws', start: startWs },
    { name: 'Socket.IO, redis-adapter', start: startSocketIo },
    { name: 'Socket.IO, redis-streams-adapter', start: startSocketIoStreams },
    ...(typeof nchan === 'string'
      ? []
      : [{ name: 'Nchan', start: (stage: Stage) => startNchanContender(stage, nchan) }]),
    { name: LIMIT, start: (stage) => startLimit(stage, LIMIT, 0) },
    { name: LIMIT_LONG, start: (stage) => startLimit(stage, LIMIT_LONG, LONGER_BYTES) },
  ];
}

async function measure(
  courses: readonly Course[],
  { seconds, rounds, only }: SuiteOptions,
  profiles: Profiles,
): Promise<AllFigures> {
  const all = new Map(courses.map(({ contender }) => [contender, new Map<Mode, Figures[]>()] as const));
  const rows = MODES.flatMap((mode) => courses.map((course) => ({ mode, course }))).filter(({ mode, course }) =>
    rowName(course.contender.name, mode).includes(only),
  );
  for (const { mode, course } of rows) {
    say(`warm-up: ${rowName(course.contender.name, mode)} …`);
    await course.warmUp(mode, WARM_UP_SECONDS);
    all.get(course.contender)?.set(mode, []);
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { mode, course } of rows) {
      await course.warmUp(mode, AGAIN_SECONDS);
      const name = rowName(course.contender.name, mode);
      const timing = (): Promise<Figures> => course.timed(mode, seconds);
      const profile = round === 1 ? profiles.get(course.contender.name) : undefined;
      const figures = profile ? await profile.during(course.contender.pid, mode.name, timing) : await timing();
      say(`round ${round} of ${rounds}: ${name}: ${figures.void || `${rounded(figures.perCpuSecond)} per CPU-second`}`);
      all.get(course.contender)?.get(mode)?.push(figures);
    }
  }
  return all;
}
