/**
 * Takes connections out of the kernel's queue before it serves them. libuv accepts one connection per turn of the event
 * loop, and the kernel holds `net.core.somaxconn` of them (4,096 by default on Linux); what comes while that queue is full
 * is dropped and sent again after 1, 3, 7, 15 seconds, so a storm of reconnects would last as long as its unluckiest
 * client. While connections come in every turn, those that were accepted wait here unread: a turn is short then, and the
 * kernel's queue is emptied some ten times as fast. They are served in the order of their coming, and from `HOLD_MS` on one
 * for each that comes.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const HOLD_MS = 1000;
/** Served in a turn in which nobody came. */
const AT_ONCE = 8;
/** From here on one is served for each that comes, so that this line does not grow without bound. */
const MOST_WAITING = 16_384;

type Serve = (socket: Socket) => void;

interface Waiting {
  readonly socket: Socket;
  readonly since: number;
}

export class AcceptQueue {
  private waiting: Waiting[] = [];
  /** Of `waiting`, those that were served already. */
  private served = 0;
  private cameThisTurn = false;
  private isScheduled = false;

  /** Before the server listens, and with all its listeners there. */
  constructor(server: Server) {
    const serve = server.listeners('connection') as Serve[];
    server.removeAllListeners('connection');
    // An option of net.createServer that http.createServer does not hand on: nothing is read before resume().
    Object.assign(server, { pauseOnConnect: true });
    this.serve = (socket) => {
      socket.off('error', ignore);
      for (const one of serve) one.call(server, socket);
      socket.resume();
    };
    server.on('connection', (socket: Socket) => this.add(socket));
  }

  private readonly serve: Serve;

  get length(): number {
    return this.waiting.length - this.served;
  }

  private add(socket: Socket): void {
    socket.on('error', ignore);
    this.waiting.push({ socket, since: performance.now() });
    this.cameThisTurn = true;
    if (this.length > MOST_WAITING) this.serveOldest();
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled || this.length === 0) return;
    this.isScheduled = true;
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.isScheduled = false;
    if (!this.cameThisTurn) for (let count = 0; count < AT_ONCE && this.length > 0; count += 1) this.serveOldest();
    else if (this.hasWaitedLong()) this.serveOldest();
    this.cameThisTurn = false;
    this.schedule();
  };

  private hasWaitedLong(): boolean {
    const oldest = this.waiting[this.served];
    return oldest !== undefined && performance.now() - oldest.since > HOLD_MS;
  }

  private serveOldest(): void {
    const oldest = this.waiting[this.served];
    this.served += 1;
    if (this.length === 0) {
      this.waiting = [];
      this.served = 0;
    }
    if (oldest && !oldest.socket.destroyed) this.serve(oldest.socket);
  }
}

function ignore(): void {
  // A connection that broke while it waited is gone; there is nobody to tell.
}
