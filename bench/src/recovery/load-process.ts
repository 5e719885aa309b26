/** One of the processes that hold the clients: connects them, cuts them off, and counts what they get when they are back. */
import { type Credentials, FanfareTalk, type Positions, type Talk } from '../load/dialects.js';
import { LightSocket } from '../load/light-socket.js';
import { RecoveringTalk } from '../load/recovering-talk.js';
import type { CameBack, Clients, FromLoad, ToLoad } from './orders.js';

const PROGRESS_MS = 1000;
const WITHIN_MS = 60_000;

class Client {
  talk: Talk | undefined;
  private socket: LightSocket | undefined;
  private fresh: Talk | undefined;

  constructor(
    private readonly credentials: Credentials,
    private readonly of: Clients,
  ) {}

  /** Resolves when it is ready and has what it should, with the ms that took; or when time is over. */
  connect(expected: number): Promise<number> {
    const begin = performance.now();
    const talk = (this.fresh = this.talk = this.next());
    return new Promise((resolve) => {
      let isReady = false;
      const done = (): void => {
        clearTimeout(late);
        if (this.of.acknowledges && talk instanceof FanfareTalk) socket.send(acknowledgement(talk.positions()));
        resolve(performance.now() - begin);
      };
      const late = setTimeout(() => resolve(WITHIN_MS), WITHIN_MS);
      const socket: LightSocket = new LightSocket(this.of.port, talk.path, talk.hello, {
        onText: (payload) => {
          const taken = talk.take(payload);
          if (taken.answer !== undefined) socket.send(taken.answer);
          const wasDone = isReady && talk.messages > expected;
          isReady ||= taken.isReady === true;
          if (!wasDone && isReady && talk.messages === expected) done();
        },
        onEnd: () => undefined,
      });
      this.socket = socket;
    });
  }

  cut(): void {
    this.socket?.end();
  }

  get messages(): number {
    return this.fresh?.messages ?? 0;
  }

  private next(): Talk {
    if (this.of.kind === 'socket.io') {
      return new RecoveringTalk(this.credentials, this.talk instanceof RecoveringTalk ? this.talk : undefined);
    }
    return new FanfareTalk(this.credentials, this.talk instanceof FanfareTalk ? this.talk.positions() : {});
  }
}

function acknowledgement(positions: Positions): string {
  const offsets = Object.entries(positions).map(([timeline, { offset }]) => [timeline, offset]);
  return JSON.stringify({ event: 'ack', data: Object.fromEntries(offsets) as unknown });
}

let clients: Client[] = [];
let atOnce = 1;
const say = (message: FromLoad): void => void process.send?.(message);

async function connectAll(expected: number): Promise<CameBack> {
  const ms: number[] = [];
  let next = 0;
  const progress = setInterval(() => say({ progress: ms.length }), PROGRESS_MS);
  const one = async (): Promise<void> => {
    for (let client = clients[next++]; client; client = clients[next++]) ms.push(await client.connect(expected));
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  clearInterval(progress);
  const talks = clients.flatMap(({ talk }) => talk ?? []);
  return {
    ms,
    lacking: talks.filter(({ messages }) => messages !== expected).length,
    disordered: talks.reduce((sum, { disordered }) => sum + disordered, 0),
    recovered: talks.filter(
      (talk) => talk instanceof FanfareTalk || (talk instanceof RecoveringTalk && talk.isRecovered),
    ).length,
  };
}

process.on('message', (message: ToLoad) => {
  if ('clients' in message) {
    clients = message.clients.credentials.map((credentials) => new Client(credentials, message.clients));
    atOnce = message.clients.atOnce;
    return say({ ready: true });
  }
  if ('connect' in message) return void connectAll(message.connect.expected).then((result) => say({ result }));
  if (message.order === 'count') return say({ count: clients.reduce((sum, { messages }) => sum + messages, 0) });
  for (const client of clients) client.cut();
  say({ cut: true });
});
process.on('disconnect', () => process.exit(0));
