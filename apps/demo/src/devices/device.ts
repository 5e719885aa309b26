// One device of a user: a session of its own, as if it ran on another machine. Switching it off closes that session, and
// switching it on opens a new one, which is sent what was missed.
//
// States: off → on (its client connects) → off. A slow one takes a second for each message.
import { Fanfare, type FanfareMessage } from '@fanfare/client';
import type { DeviceName, UserName } from '../cast/cast.js';
import { Value } from '../state/value.js';
import { positionsOf } from './positions.js';
import { Received } from './received.js';

export interface Arrival {
  readonly key: string;
  readonly timeline: string;
  /** Missing for what is ephemeral. */
  readonly offset?: number;
  readonly text: string;
  readonly priority: FanfareMessage['priority'];
  /** It was missed and caught up on. */
  readonly wasMissed: boolean;
  readonly isOwn: boolean;
}

export interface DeviceState {
  readonly client: Fanfare;
  readonly status: Fanfare['status'];
  readonly isOn: boolean;
  readonly isSlow: boolean;
  /** Newest first. */
  readonly arrivals: readonly Arrival[];
  /** Since it was switched on. */
  readonly caughtUp: number;
  /** Received, and not dealt with. */
  readonly behind: number;
  /** Why there is no session although there should be one. */
  readonly trouble?: string | undefined;
}

export interface DeviceSurroundings {
  readonly gateway: string;
  readonly token: (user: UserName, device: DeviceName) => Promise<string>;
  /** A session was opened, or is gone. */
  readonly onStatus: () => void;
  readonly onMembership: (group: string, user: UserName, isMember: boolean) => void;
}

const mostArrivals = 50;
const slownessMs = 1000;

export class Device {
  readonly state: Value<DeviceState>;
  private readonly positions: ReturnType<typeof positionsOf>;
  private readonly received = new Received((behind) => this.state.change({ behind }));

  constructor(
    readonly user: UserName,
    readonly name: DeviceName,
    private readonly around: DeviceSurroundings,
  ) {
    this.positions = positionsOf(user, name);
    const nothing = { arrivals: [], caughtUp: 0, behind: 0 };
    this.state = new Value({ client: this.newClient(), status: 'idle', isOn: false, isSlow: false, ...nothing });
  }

  get id(): string {
    return `${this.user}:${this.name}`;
  }

  turnOn(): void {
    if (this.state.get().isOn) return;
    const unused = this.state.get().client;
    const client = unused.status === 'idle' ? unused : this.newClient();
    this.state.change({ client, isOn: true, status: client.status, caughtUp: 0, trouble: undefined });
    client.connect();
  }

  /** Resolves when the session is closed; a message that is being dealt with is dealt with first. */
  async turnOff(): Promise<void> {
    if (!this.state.get().isOn) return;
    this.state.change({ isOn: false });
    await this.state.get().client.close();
    this.received.clear();
  }

  setSlow(isSlow: boolean): void {
    this.state.change({ isSlow });
  }

  /** As a device that has never been used. */
  async forget(): Promise<void> {
    await this.turnOff();
    this.positions.forget();
    this.state.change({ arrivals: [], caughtUp: 0, isSlow: false });
  }

  private newClient(): Fanfare {
    const { user, name, around } = this;
    const client = new Fanfare({
      ...{ url: around.gateway, device: name, storage: this.positions, WebSocket: this.received.WebSocket },
      token: () => around.token(user, name),
    });
    client.on('status', ({ status }) =>
      this.state.change({ status, ...(status === 'live' && { trouble: undefined }) }),
    );
    client.on('status', () => around.onStatus());
    client.on('message', (message) => this.take(message));
    client.on('retract', ({ timeline, offset }) => this.drop(timeline, offset));
    client.on('membership', ({ group, state }) => around.onMembership(group, user, state === 'joined'));
    client.on('error', ({ message }) => this.state.change({ trouble: message }));
    return client;
  }

  /** Only when this is over counts the message as handled, and the next one comes. */
  private async take(message: FanfareMessage): Promise<void> {
    if (this.state.get().isSlow) await new Promise((resolve) => setTimeout(resolve, slownessMs));
    const { arrivals, caughtUp } = this.state.get();
    const arrival = arrivalOf(message, this.user);
    const others = arrivals.filter(({ key }) => key !== arrival.key);
    this.state.change({
      arrivals: [arrival, ...others].slice(0, mostArrivals),
      caughtUp: caughtUp + (message.replayed ? 1 : 0),
    });
    this.received.handled(message);
  }

  private drop(timeline: string, offset: number): void {
    const isGone = (one: Arrival) => one.timeline === timeline && one.offset === offset;
    this.state.change({ arrivals: this.state.get().arrivals.filter((one) => !isGone(one)) });
  }
}

function arrivalOf({ id, timeline, offset, priority, payload, from, replayed }: FanfareMessage, user: string): Arrival {
  return {
    ...{ key: `${id} ${timeline}`, timeline, text: textOf(payload), priority, wasMissed: replayed },
    ...(offset !== undefined && { offset }),
    isOwn: from === user,
  };
}

function textOf(payload: unknown): string {
  const text = (payload as { text?: unknown } | null)?.text;
  return typeof text === 'string' ? text : JSON.stringify(payload);
}
