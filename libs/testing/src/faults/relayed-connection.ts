// One connection through the fault proxy: two sockets, a lane in each direction, and a watch over what is asked and
// answered on it. What is cut is cut with a reset, as a process or a router that goes away does it.
import { Socket } from 'node:net';
import { Lane, type Weather } from './lane.js';
import type { Needle } from './needle.js';
import { reset } from './reset.js';
import { RespFrames } from './resp-frames.js';

/** A cut that waits for its moment; it happens once. */
export interface Watch {
  readonly needle: Needle;
  /** What the other side does not get: the command with the needle, or the reply to it. */
  readonly keeps: 'command' | 'reply';
  readonly then: () => void;
}

/** What all connections of a proxy have in common. */
export interface Surroundings {
  readonly weather: Weather;
  readonly watches: Set<Watch>;
  readonly bytes: { toServer: number; toClient: number };
  /** Cuts that wait until so many more bytes have gone to a client, whatever they are; the first to get there takes one. */
  readonly cutsWithin: CutWithin[];
}

export interface CutWithin {
  bytesLeft: number;
  readonly then: () => void;
}

const nothing = Buffer.alloc(0);

/** States: waiting (stalled from the start) → relaying → cut, or closed by the two themselves. */
export class RelayedConnection {
  private readonly server = new Socket({ allowHalfOpen: true });
  private readonly toServer: Lane;
  private readonly toClient: Lane;
  private readonly commands = new RespFrames();
  private readonly replies = new RespFrames();
  /** The reply that the client must not see; 0 where the protocol is not Redis's: whatever comes next. */
  private withheld: { readonly number: number; readonly then: () => void } | undefined;
  private isConnecting = false;
  private isCut = false;

  /** @param closed is called when both sockets are. */
  constructor(
    private readonly client: Socket,
    private readonly port: number,
    private readonly around: Surroundings,
    private readonly closed: () => unknown,
  ) {
    const { weather, bytes } = around;
    this.toServer = new Lane(client, this.server, weather, (data) => {
      const passed = this.asked(data);
      bytes.toServer += passed.length;
      return passed;
    });
    this.toClient = new Lane(this.server, client, weather, (data) => {
      const passed = this.answered(data);
      bytes.toClient += passed.length;
      return passed;
    });
    for (const socket of [client, this.server]) this.shareFateOf(socket);
    this.feelWeather();
  }

  get isOpen(): boolean {
    return !this.isCut && !this.client.destroyed;
  }

  feelWeather(): void {
    if (this.isCut) return;
    if (!this.isConnecting && !this.around.weather.isStalled) {
      this.isConnecting = true;
      this.server.connect(this.port, '127.0.0.1').setNoDelay(true);
    }
    this.toServer.flow();
    this.toClient.flow();
  }

  halfClose(side: 'client' | 'server'): void {
    (side === 'client' ? this.toClient : this.toServer).shut();
  }

  cut(): void {
    this.stop();
    reset(this.client);
    reset(this.server);
  }

  /** The server gets `last`, the end of what was said before, and an end in order, so that it carries that out. */
  private cutAfter(last: Buffer): void {
    this.stop();
    reset(this.client);
    this.server.end(last);
    this.server.resume();
  }

  private stop(): void {
    this.isCut = true;
    this.toServer.stop();
    this.toClient.stop();
  }

  private shareFateOf(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => this.cut());
    socket.on('close', () => {
      if (this.client.destroyed && this.server.destroyed) this.closed();
    });
  }

  /** What of it the server gets. */
  private asked(data: Buffer): Buffer {
    const before = this.commands.count;
    const ends = this.commands.feed(data);
    for (const watch of this.around.watches) {
      const at = watch.needle.findIn(this, data);
      if (at === undefined) continue;
      this.around.watches.delete(watch);
      const whole = ends.filter((end) => end <= at);
      if (watch.keeps === 'command') {
        this.cutAfter(data.subarray(0, whole.at(-1) ?? 0));
        watch.then();
        return nothing;
      }
      const number = this.commands.isResp ? before + whole.length + 1 : 0;
      this.withheld ??= { number, then: watch.then };
    }
    return data;
  }

  /** What of it the client gets. */
  private answered(data: Buffer): Buffer {
    const [cutWithin] = this.around.cutsWithin;
    if (cutWithin) return this.answeredBefore(cutWithin, data);
    const before = this.replies.count;
    const ends = this.replies.feed(data);
    if (!this.withheld) return data;
    const { number, then } = this.withheld;
    const wholeBefore = number - 1 - before;
    if (this.replies.isResp && this.replies.count < number) {
      // Those before it go on; the first bytes of it do not.
      return wholeBefore > ends.length ? data : data.subarray(0, ends[wholeBefore - 1] ?? 0);
    }
    const passed = data.subarray(0, number > 0 ? (ends[wholeBefore - 1] ?? 0) : 0);
    this.client.write(passed);
    this.cut();
    then();
    return nothing;
  }

  /** In the middle of whatever it is: the client gets the bytes up to there. */
  private answeredBefore(cut: CutWithin, data: Buffer): Buffer {
    cut.bytesLeft -= data.length;
    if (cut.bytesLeft > 0) return data;
    this.around.cutsWithin.shift();
    this.stop();
    this.client.end(data.subarray(0, data.length + cut.bytesLeft - 1)); // in order: a reset may overtake what was sent
    this.client.resume();
    reset(this.server);
    cut.then();
    return nothing;
  }
}
