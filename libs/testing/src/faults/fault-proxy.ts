// A TCP proxy that stands between any client and any server (a service and its Redis, a client and a gateway) and does to
// their connections what networks and dying processes do. What it passes on it passes on unchanged, in order and with
// back-pressure. A client of a Redis Cluster learns the addresses of the nodes themselves: of a single Redis only.
import { createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../processes/free-port.js';
import type { Weather } from './lane.js';
import { Needle } from './needle.js';
import { type CutWithin, RelayedConnection, type Watch } from './relayed-connection.js';
import { reset } from './reset.js';

/** States: open (as the weather is: fair, delayed, stalled, refusing) → closed. */
export class FaultProxy {
  /** Delivered so far, over all connections. */
  readonly bytes = { toServer: 0, toClient: 0 };
  private readonly relayed = new Set<RelayedConnection>();
  private readonly weather = { delayMs: 0, isStalled: false };
  private readonly watches = new Set<Watch>();
  private readonly cutsWithin: CutWithin[] = [];
  private isRefusing = false;
  private isUneven = false;
  private accepted = 0;

  private constructor(
    private readonly listener: Server,
    /** Where it listens, on 127.0.0.1. */
    readonly port: number,
    private target: number,
  ) {
    listener.on('connection', (client) => this.accept(client));
  }

  static async open(target: { readonly port: number }): Promise<FaultProxy> {
    const port = await freePort();
    const proxy = new FaultProxy(createServer({ allowHalfOpen: true, pauseOnConnect: true }), port, target.port);
    await new Promise<void>((resolve, reject) => {
      proxy.listener.once('error', reject);
      proxy.listener.listen(port, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** How many are open now. */
  get connections(): number {
    return this.open.length;
  }

  /** Resets both sides of every connection; how many there were. */
  cutAll(): number {
    const open = this.open;
    for (const connection of open) connection.cut();
    return open.length;
  }

  /**
   * The server never gets the command that holds the needle for the `nth` time from now (a script's SHA-1, a command's
   * name), nor anything after it on that connection, which is cut. Redis carries out what came before; of another
   * protocol the whole piece with the needle is kept back. Once; `then` is called in the same turn, so that whatever
   * it does comes before anything else passes.
   */
  cutAt(needle: string, nth: number, then: () => void = () => undefined): void {
    this.watches.add({ needle: new Needle(needle, nth), keeps: 'command', then });
  }

  /**
   * The server gets the command that holds the needle for the `nth` time from now and carries it out; the client never
   * hears of it: when the reply comes, the connection is cut, then `then` is called. Once. Replies to earlier commands
   * reach the client still. Of another protocol than Redis's the next bytes from the server count as the reply.
   */
  cutReplyOf(needle: string, nth = 1, then: () => void = () => undefined): void {
    this.watches.add({ needle: new Needle(needle, nth), keeps: 'reply', then });
  }

  /**
   * The connection on which the next byte number `bytes` comes from the server is cut just before it: in the middle of a
   * frame as likely as not. With 1 the client hears nothing of what is answered next, though it was carried out. Once.
   */
  cutWithin(bytes: number, then: () => void = () => undefined): void {
    this.cutsWithin.push({ bytesLeft: bytes, then });
  }

  /**
   * What is on its way, and what comes, takes so much longer, in each direction; 0 ends it. Unevenly: not at all on every
   * third connection and twice as long on another third, so that what goes over one overtakes what goes over another.
   */
  delay(ms: number, { isUneven = false }: { readonly isUneven?: boolean } = {}): void {
    this.weather.delayMs = ms;
    this.isUneven = isUneven;
    this.feelWeather();
  }

  /** A pulled cable: nothing passes and nobody is told. New connections are accepted, and wait like the others. */
  stall(): void {
    this.weather.isStalled = true;
    this.feelWeather();
  }

  resume(): void {
    this.weather.isStalled = false;
    this.feelWeather();
  }

  /** That side of every connection hears that there is nothing more to come, and gets nothing more; it may go on sending. */
  halfClose(side: 'client' | 'server'): void {
    for (const connection of this.open) connection.halfClose(side);
  }

  /** Whether new connections are reset at once. */
  refuse(isRefusing: boolean): void {
    this.isRefusing = isRefusing;
  }

  /** New connections go to that port; those that there are, are cut. */
  retarget(port: number): void {
    this.target = port;
    this.cutAll();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
    for (const connection of this.relayed) connection.cut();
    await closed;
  }

  private get open(): RelayedConnection[] {
    return [...this.relayed].filter(({ isOpen }) => isOpen);
  }

  private feelWeather(): void {
    for (const connection of this.open) connection.feelWeather();
  }

  private weatherFor(connection: number): Weather {
    const { weather } = this;
    const share = (): number => (this.isUneven ? connection % 3 : 1);
    return {
      get delayMs() {
        return weather.delayMs * share();
      },
      get isStalled() {
        return weather.isStalled;
      },
    };
  }

  private accept(client: Socket): void {
    if (this.isRefusing) return reset(client);
    const { watches, bytes, cutsWithin } = this;
    const weather = this.weatherFor((this.accepted += 1));
    const closed = (): unknown => this.relayed.delete(connection);
    const connection = new RelayedConnection(client, this.target, { weather, watches, bytes, cutsWithin }, closed);
    this.relayed.add(connection);
  }
}
