/** One of the processes that hold the clients: connects all of them at once when told to, and counts what they get. */
import { LightSocket } from '../load/light-socket.js';
import { Received } from '../load/received.js';
import type { FromLoad, LoadOrder, RoundResult, ToLoad } from './orders.js';

const PATH = '/v1/connect';
const DEADLINE_MS = 60_000;
const PROGRESS_MS = 500;
/** As a client without a word from the gateway would. */
const backoffMs = (): number => 500 + Math.random() * 1500;

class Client {
  received = new Received();
  private socket: LightSocket | undefined;
  private epochs = new Map<string, string>();

  constructor(
    private readonly token: string,
    private readonly timelines: readonly string[],
  ) {}

  /** Resolves when it is caught up, or the deadline is over. */
  connect(expected: number, counts: { toldToReturn: number; brokenOff: number }, deadline: number): Promise<void> {
    this.received = new Received(this.positions());
    return new Promise((resolve) => {
      const attempt = (): void => {
        if (performance.now() > deadline) return resolve();
        let isSynced = false;
        let returnMs: number | undefined;
        this.socket = new LightSocket(this.port, PATH, this.hello(), {
          onText: (payload) => {
            const kind = this.received.note(payload);
            if (kind === 'connected') this.learn(payload);
            if (kind === 'reconnect') returnMs = this.received.afterMs;
            isSynced ||= kind === 'synced';
            if (isSynced && this.received.messages >= expected) resolve();
          },
          onEnd: () => {
            if (this.socket === undefined) return;
            if (returnMs === undefined) counts.brokenOff += 1;
            else counts.toldToReturn += 1;
            setTimeout(attempt, returnMs ?? backoffMs());
          },
        });
      };
      attempt();
    });
  }

  disconnect(): void {
    const { socket } = this;
    this.socket = undefined;
    socket?.end();
  }

  port = 0;

  private hello(): string {
    const resume: Record<string, unknown> = {};
    for (const [timeline, epoch] of this.epochs) resume[timeline] = { offset: this.received.offset(timeline), epoch };
    return JSON.stringify({ event: 'connect', data: { token: this.token, resume } });
  }

  private positions(): Record<string, number> {
    return Object.fromEntries(this.timelines.map((timeline) => [timeline, this.received.offset(timeline)]));
  }

  /** Takes `from` as its position where it had none. */
  private learn(payload: Buffer): void {
    const { timelines } = (
      JSON.parse(payload.toString()) as { data: { timelines: { timeline: string; epoch: string }[] } }
    ).data;
    for (const { timeline, epoch } of timelines) this.epochs.set(timeline, epoch);
  }
}

let clients: Client[] = [];
const say = (message: FromLoad): void => void process.send?.(message);

function prepare({ port, tokens, groups }: LoadOrder): void {
  clients = Object.entries(tokens).map(([user, token]) => {
    const client = new Client(token, [`user:${user}`, ...groups.map((group) => `group:${group}`), 'all']);
    client.port = port;
    return client;
  });
  say({ ready: true });
}

async function connectAll(expected: number): Promise<RoundResult> {
  const startedAt = Date.now();
  const begin = performance.now();
  const counts = { toldToReturn: 0, brokenOff: 0 };
  const caughtUpMs: number[] = [];
  const progress = setInterval(() => say({ progress: caughtUpMs.length }), PROGRESS_MS);
  await Promise.all(
    clients.map(async (client) => {
      await client.connect(expected, counts, begin + DEADLINE_MS);
      caughtUpMs.push(performance.now() - begin);
    }),
  );
  clearInterval(progress);
  const lacking = clients.filter(({ received }) => received.messages !== expected).length;
  const disordered = clients.reduce((sum, { received }) => sum + received.disordered, 0);
  return { startedAt, endedAt: Date.now(), caughtUpMs, ...counts, lacking, disordered };
}

process.on('message', (message: ToLoad) => {
  if ('tokens' in message) return prepare(message);
  if ('connect' in message) return void connectAll(message.connect.expected).then((result) => say({ result }));
  for (const client of clients) client.disconnect();
  say({ disconnected: true });
});
process.on('disconnect', () => process.exit(0));
