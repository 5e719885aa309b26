// A user who joins a group and leaves it, again and again: what is accepted after the leaving was answered must never reach
// them. Who leaves before a device has got a message never gets it, so only of the last stay, which goes on, all must come.
import type { ApiClient, DeviceHistory, History } from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { Activity } from './activity.js';
import { untilAnswered } from './attempt.js';

const STAY_MS = 1000;

export interface Hopper {
  readonly group: string;
  readonly user: string;
  readonly devices: readonly DeviceHistory[];
}

/** States: away → joining → staying → leaving → away; it ends staying. */
export class Hopping extends Activity {
  private joinAsked = 0;

  constructor(
    private readonly api: ApiClient,
    private readonly history: History,
    private readonly hopper: Hopper,
  ) {
    super();
    this.begin(this.hop());
  }

  private async hop(): Promise<void> {
    await this.join();
    while (!this.isEnding) {
      await pause(Math.random() * STAY_MS);
      await this.leave();
      await pause(Math.random() * STAY_MS);
      await this.join();
    }
  }

  private async join(): Promise<void> {
    const { group, user, devices } = this.hopper;
    this.joinAsked = this.history.now();
    await this.answered(() => this.api.join(group, user));
    const span = { from: this.joinAsked, to: this.history.now() };
    for (const device of devices) device.joined(`group:${group}`, span);
  }

  private async leave(): Promise<void> {
    const { group, user, devices } = this.hopper;
    await this.answered(() => this.api.leave(group, user));
    const span = { from: this.joinAsked, to: this.history.now() };
    for (const device of devices) device.left(`group:${group}`, span);
  }

  private async answered(call: () => Promise<{ status: number; body: unknown }>): Promise<void> {
    const outcome = await untilAnswered(call, () => this.isOver);
    if (!outcome || outcome.status >= 300)
      throw new Error(`a change of members was answered with ${JSON.stringify(outcome)}`);
  }
}
