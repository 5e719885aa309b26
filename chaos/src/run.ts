// One run: a Fanfare, devices and a steady load; faults by schedule; then everything heals, what is missing may still come,
// and what was seen is judged.
import { randomBytes } from 'node:crypto';
import { History, until } from '@fanfare/testing';
import { Device } from './devices/device.js';
import { Onslaught } from './faults/onslaught.js';
import { Crowd } from './load/crowd.js';
import { Hopping } from './load/hopping.js';
import { Load } from './load/load.js';
import { deviceNames, type Population, population, tokenOf } from './load/population.js';
import { Reading } from './load/reading.js';
import type { Report } from './report.js';
import { type FaultKind, type RunLength, schedule } from './schedule.js';
import { World } from './world/world.js';

/** For calls that are repeated until they are answered, once nothing is broken any more. */
const GRACE_MS = 30_000;
const SETTLE_MS = 90_000;
/** Time in which a repeat, or what is for somebody else, would still come. */
const QUIET_MS = 1500;
const PROGRESS_MS = 5000;

export type Progress = (text: string) => void;

export async function run(length: RunLength, progress: Progress): Promise<Report> {
  progress('starting Redis and two processes of every service …');
  const world = await World.start();
  try {
    return await new Run(world, length, progress).all();
  } finally {
    await world.stop();
  }
}

class Run {
  private readonly people: Population;
  private readonly history = new History();
  private readonly devices: Device[] = [];
  private readonly load: Load;
  private readonly onslaught: Onslaught;
  private crowd: Crowd | undefined;
  private turns = 0;

  constructor(
    private readonly world: World,
    private readonly length: RunLength,
    private readonly progress: Progress,
  ) {
    this.people = population(`c${randomBytes(3).toString('hex')}`);
    this.load = new Load(world.api, this.people, this.history, length.seed);
    this.onslaught = new Onslaught({ world, devices: this.devices }, (kind) => this.inFlight(kind), progress);
  }

  async all(): Promise<Report> {
    const timer = setInterval(() => this.tell(), PROGRESS_MS);
    try {
      await this.populate();
      const crowd = (this.crowd = new Crowd(this.world.api, this.people.hopGroup));
      const parts = [crowd, ...this.hoppings(), this.reading(), this.load];
      this.load.begin();
      await this.onslaught.carryOut(schedule(this.length), this.length.ms);
      const ends = parts.map((part) => part.end(GRACE_MS));
      await this.world.heal();
      await Promise.all(ends);
      return await this.report(await this.settle(), await crowd.wrong(SETTLE_MS));
    } finally {
      clearInterval(timer);
      await Promise.all(this.devices.map((device) => device.stop()));
    }
  }

  private async populate(): Promise<void> {
    const { api } = this.world;
    const { users, groups, hopGroup } = this.people;
    await Promise.all(users.map((user) => api.putUser(user)));
    for (const group of [...groups.keys(), hopGroup]) await api.putGroup(group);
    for (const [group, members] of groups) await api.changeMembers(group, { add: members });
    for (const user of users) for (const name of deviceNames) this.devices.push(this.device(user, name));
    await until(() => this.devices.every(({ isSynced }) => isSynced), { what: 'all devices', deadlineMs: 30_000 });
  }

  private device(user: string, name: string): Device {
    const history = this.history.device(user, name);
    for (const timeline of this.timelinesOf(user)) history.joined(timeline);
    const gateway = (): string => this.world.gatewayUrl(this.turns++);
    return new Device({ user, name, history, gateway, token: tokenOf(user, this.world.tokenSecret) });
  }

  private hoppings(): Hopping[] {
    const { hoppers, hopGroup: group } = this.people;
    return hoppers.map((user) => {
      const devices = deviceNames.map((name) => this.history.device(user, name));
      return new Hopping(this.world.api, this.history, { group, user, devices });
    });
  }

  private reading(): Reading {
    const { world, history, devices, length } = this;
    return new Reading(world.api, history, devices, (user) => this.timelinesOf(user), length.seed);
  }

  /** Until nothing is missing that must come, or there is no hope. @returns how long it took */
  private async settle(): Promise<number> {
    this.progress('the load has ended and everything runs again; waiting for what is missing …');
    const startedAt = Date.now();
    const isComplete = (): boolean =>
      this.devices.every(({ isSynced }) => isSynced) &&
      !this.history.verdict().violations.some(({ kind }) => kind === 'lost');
    await until(isComplete, { what: 'what is missing', deadlineMs: SETTLE_MS, everyMs: 500 }).catch(() => undefined);
    const took = Date.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    return took;
  }

  private async report(settledMs: number, lists: readonly string[]): Promise<Report> {
    for (const user of this.people.users) await this.askUnread(user);
    const { metrics } = this.world;
    await metrics.read();
    return {
      ...{ seed: this.length.seed, seconds: this.length.ms / 1000, settledMs },
      ...{ sent: this.load.sent, lists, faults: this.onslaught.tally, verdict: this.history.verdict() },
      seen: {
        gaps: metrics.total('fanfare_gateway_link_gaps'),
        catchUps: metrics.total('fanfare_gateway_pages_read'),
        takeovers:
          metrics.total('fanfare_jobs_taken_over_total') +
          metrics.total('fanfare_memberships_completed_total') +
          metrics.total('fanfare_rpc_messages_total', 'outcome="taken_over"'),
      },
    };
  }

  /** Of the group that is joined and left again and again nobody can say where it begins to count. */
  private async askUnread(user: string): Promise<void> {
    const { timelines } = (await this.world.api.unread(user)).body;
    const { [`group:${this.people.hopGroup}`]: _, ...counts } = timelines;
    this.history.unread(user, counts);
  }

  private timelinesOf(user: string): string[] {
    const groups = [...this.people.groups].filter(([, members]) => members.includes(user));
    return [`user:${user}`, ...groups.map(([group]) => `group:${group}`), 'all'];
  }

  /** What a fault of that kind is to hit. */
  private inFlight(kind: FaultKind): number {
    if (kind === 'kill-worker') return this.crowd?.jobsInFlight ?? 0;
    if (kind === 'kill-membership') return this.crowd?.changesInFlight ?? 0;
    return this.load.inFlight;
  }

  private tell(): void {
    const deliveries = [...this.history.devices.values()].reduce((sum, device) => sum + device.deliveries.length, 0);
    this.progress(`${this.load.accepted} accepted, ${deliveries} delivered, ${this.onslaught.summary}`);
  }
}
