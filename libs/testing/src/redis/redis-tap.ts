// A relay between one process and Redis, to end the process at an exact step of its work: what it sends is looked at
// before Redis gets it. Everything before that has been executed, what is held back never is.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../processes/free-port.js';

export class RedisTap {
  /** For FANFARE_REDIS_URL. Of a single Redis only: a cluster would name its own addresses. */
  readonly url: string;
  private readonly sockets = new Set<Socket>();
  private watched: { readonly needle: string; readonly then: () => void } | undefined;
  private left = 0;

  private constructor(
    private readonly server: Server,
    port: number,
  ) {
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async open(redisPort: number): Promise<RedisTap> {
    const port = await freePort();
    const server = createServer();
    const tap = new RedisTap(server, port);
    server.on('connection', (client) => tap.relay(client, connect(redisPort, '127.0.0.1')));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return tap;
  }

  /**
   * At the `nth` command in which `needle` occurs (a script's SHA-1, a command's name) Redis gets nothing any more, and
   * `then` is called; once.
   */
  cutAt(needle: string, nth: number, then: () => void): void {
    this.left = nth;
    this.watched = { needle, then };
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private relay(client: Socket, redis: Socket): void {
    for (const [from, to] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    client.on('data', (data) => this.forward(data, redis));
    redis.on('data', (data) => client.write(data));
  }

  private forward(data: Buffer, redis: Socket): void {
    const at = this.watched ? this.cutIn(data, this.watched.needle) : -1;
    if (at < 0) return void redis.write(data);
    // A command begins with `*`: the one with the needle, and what follows, is held back.
    redis.write(data.subarray(0, Math.max(0, data.lastIndexOf('\r\n*', at) + 2)));
    const { then } = this.watched ?? {};
    this.watched = undefined;
    for (const socket of this.sockets) socket.pause();
    then?.();
  }

  /** Where the last command that counts is, or -1. A needle cut in two by a packet is passed over. */
  private cutIn(data: Buffer, needle: string): number {
    let at = data.indexOf(needle);
    while (at >= 0) {
      this.left -= 1;
      if (this.left === 0) return at;
      at = data.indexOf(needle, at + needle.length);
    }
    return -1;
  }
}
