// Everything that plays in the page, and what a click on it does. It lives as long as the page does.
import { type DeviceName, deviceNames, type UserName, users } from '../cast/cast.js';
import type { DemoConfig } from '../config/demo-config.js';
import { Device } from '../devices/device.js';
import { toldClient } from '../devices/told-client.js';
import { Groups } from '../groups/groups.js';
import { Happenings } from '../happenings/happenings.js';
import { DemoApi } from '../http/demo-api.js';
import { Presence } from '../presence/presence.js';
import { Value } from '../state/value.js';
import { describe, type Message } from './message.js';

export class Stage {
  readonly happenings = new Happenings();
  readonly api: DemoApi;
  readonly presence: Presence;
  readonly groups: Groups;
  readonly devices: readonly Device[];
  /** What was done, by guide and hand alike: the guide ticks it off. */
  readonly done = new Value<ReadonlySet<string>>(new Set());
  readonly isStartingOver = new Value(false);

  constructor(config: DemoConfig) {
    this.api = new DemoApi(config, this.happenings);
    this.presence = new Presence(this.api);
    this.groups = new Groups(this.api);
    const around = {
      gateway: config.gateway,
      token: (user: UserName, device: DeviceName) => this.token(user, device),
      onStatus: () => this.presence.lookAgain(),
      onMembership: (group: string, user: UserName, isMember: boolean) => this.groups.note(group, user, isMember),
    };
    this.devices = users.flatMap((user) => deviceNames.map((name) => new Device(user, name, around)));
  }

  open(): void {
    for (const device of this.devices) device.turnOn();
    this.presence.start();
    void this.groups.load();
  }

  device(user: UserName, name: DeviceName): Device {
    const device = this.devices.find((one) => one.user === user && one.name === name);
    if (!device) throw new Error(`${user} has no ${name}`);
    return device;
  }

  async send(message: Message): Promise<void> {
    const { title, call } = describe(message);
    await this.api.call(title, call);
    this.tick(`send:${message.audience.kind}`);
  }

  /** A real session is closed or opened; the answer shows which ones are left. */
  async turn(device: Device, on: boolean): Promise<void> {
    if (on) device.turnOn();
    else await device.turnOff();
    this.tick(`${on ? 'on' : 'off'}:${device.id}`);
    const note = on
      ? 'Its session was opened again, and is sent what it missed. These are the user’s sessions:'
      : 'Its session was closed. These are the user’s sessions that are left:';
    const title = `${device.user}’s ${device.name} goes ${on ? 'online' : 'offline'}`;
    await this.api.call(title, { method: 'GET', path: `/v1/users/${device.user}/sessions` }, note);
  }

  async readAll(user: UserName, name: DeviceName): Promise<void> {
    const { client } = this.device(user, name).state.get();
    const telling = { api: this.api, happenings: this.happenings, user, device: name };
    const told = toldClient(client, { ...telling, onReadAll: () => this.tick(`readAll:${user}:${name}`) });
    await told.inbox.readAll().catch(() => undefined); // the strip tells why
  }

  setSlow(device: Device, isSlow: boolean): void {
    device.setSlow(isSlow);
    this.tick(`${isSlow ? 'slow' : 'quick'}:${device.id}`);
    const note = `Nothing was sent: from now on the handler in the page takes ${isSlow ? 'a second' : 'no time'} for each message. The user, as a backend sees them:`;
    void this.api.call(
      `${device.user}’s ${device.name} reads ${isSlow ? 'slowly' : 'quickly'}`,
      { method: 'GET', path: `/v1/users/${device.user}` },
      note,
    );
  }

  tick(what: string): void {
    this.done.set(new Set([...this.done.get(), what]));
  }

  /** Erases the three users and their groups, and begins with new devices. */
  async startOver(): Promise<void> {
    if (this.isStartingOver.get()) return;
    this.isStartingOver.set(true);
    try {
      await Promise.all(this.devices.map((device) => device.forget()));
      this.happenings.clear();
      await this.groups.erase();
      for (const user of users) await this.api.call(`Erase ${user}`, { method: 'DELETE', path: `/v1/users/${user}` });
      this.done.set(new Set());
    } finally {
      for (const device of this.devices) device.turnOn();
      this.isStartingOver.set(false);
    }
  }

  private async token(user: UserName, device: DeviceName): Promise<string> {
    const { status, body, text } = await this.api.quietly({
      method: 'POST',
      path: '/v1/tokens',
      body: { user, device },
    });
    if (status !== 200) throw new Error(text);
    return (body as { token: string }).token;
  }
}
