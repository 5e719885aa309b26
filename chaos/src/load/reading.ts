// A user now and then reads what a device of theirs was handed; the rest is unread, and counted at the end.
import type { ApiClient, History } from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';
import type { Device } from '../devices/device.js';
import { Random } from '../random.js';
import { Activity } from './activity.js';
import { untilAnswered } from './attempt.js';

const EVERY_MS = 200;

export class Reading extends Activity {
  private readonly random: Random;

  constructor(
    private readonly api: ApiClient,
    private readonly history: History,
    private readonly devices: readonly Device[],
    private readonly timelines: (user: string) => readonly string[],
    seed: number,
  ) {
    super();
    this.random = new Random(seed);
    this.begin(this.read());
  }

  private async read(): Promise<void> {
    while (!this.isEnding) {
      const device = this.random.pick(this.devices);
      await this.one(device, this.random.pick(this.timelines(device.user)));
      await pause(EVERY_MS);
    }
  }

  private async one(device: Device, timeline: string): Promise<void> {
    const { user } = device;
    const upTo = device.positionIn(timeline)?.offset ?? 0;
    if (upTo === 0) return;
    const outcome = await untilAnswered(
      () => this.api.read(user, { timeline, upTo }),
      () => this.isOver,
    );
    if (!outcome) return;
    if (outcome.status !== 200) throw new Error(`reading was answered with ${outcome.status}`);
    this.history.read(user, timeline, upTo);
  }
}
