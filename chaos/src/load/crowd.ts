// Work that takes a while, so that a fault can hit the middle of it: lists to some hundred users without devices, one job after
// the other, and their joining and leaving of a group in one request. Each of them must have every list once.
import type { Accepted, ApiClient } from '@fanfare/testing';
import { until } from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { Activity } from './activity.js';
import { once, untilAnswered } from './attempt.js';

const SIZE = 600;
const LOOKED_AT = 30;
const PAUSE_MS = 150;
/** What is kept of a user's timeline. */
const RETENTION = 1000;

export class Crowd extends Activity {
  /** Accepted, and not carried out yet. */
  jobsInFlight = 0;
  changesInFlight = 0;
  private readonly users: readonly string[];
  private readonly group: string;
  private readonly jobs: string[] = [];
  private isUnsure = false;

  constructor(
    private readonly api: ApiClient,
    run: string,
  ) {
    super();
    this.users = Array.from({ length: SIZE }, (_, index) => `${run}-crowd-${index}`);
    this.group = `${run}-crowd`;
    this.begin(Promise.all([this.lists(), this.changes()]));
  }

  /** Waits until every list has been carried out. @returns one finding for each user who has not got every list once */
  async wrong(deadlineMs: number): Promise<string[]> {
    for (const job of this.jobs)
      await until(() => this.isDone(job), { what: `the list ${job} to be done`, deadlineMs });
    if (this.isUnsure || this.jobs.length > RETENTION) return [];
    const wrong: string[] = [];
    for (const user of this.users.slice(0, LOOKED_AT)) {
      const got = (await this.api.unread(user)).body.timelines[`user:${user}`];
      if (got !== this.jobs.length) wrong.push(`${user} has ${got} of ${this.jobs.length} lists`);
    }
    return wrong;
  }

  private async lists(): Promise<void> {
    for (let number = 1; !this.isEnding; number += 1) {
      await this.list(number);
      await pause(PAUSE_MS);
    }
  }

  private async list(number: number): Promise<void> {
    const body = { to: { users: this.users }, payload: { list: number }, idempotencyKey: `${this.group}-${number}` };
    const outcome = await untilAnswered<Accepted>(
      () => this.api.publish(body),
      () => this.isOver,
    );
    if (!outcome) return void (this.isUnsure = true);
    if (outcome.status > 202) throw new Error(`list ${number} was answered with ${outcome.status}`);
    this.jobs.push(outcome.body.id);
    this.jobsInFlight += 1;
    while (!this.isOver && !(await this.isDone(outcome.body.id))) await pause(5);
    this.jobsInFlight -= 1;
  }

  private async isDone(job: string): Promise<boolean> {
    const { body } = await once(() => this.api.job(job));
    return body?.state === 'done';
  }

  private async changes(): Promise<void> {
    await untilAnswered(
      () => this.api.putGroup(this.group),
      () => this.isOver,
    );
    while (!this.isEnding) {
      await this.change({ add: this.users });
      await this.change({ remove: this.users });
    }
  }

  private async change(change: { add?: readonly string[]; remove?: readonly string[] }): Promise<void> {
    this.changesInFlight += 1;
    await untilAnswered(
      () => this.api.changeMembers(this.group, change),
      () => this.isOver,
    );
    this.changesInFlight -= 1;
    await pause(PAUSE_MS);
  }
}
