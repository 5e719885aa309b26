/**
 * A process that holds sessions and counts what they get. Those of Fanfare keep their positions from one connection to the
 * next, as a client does.
 */
import {
  type Credentials,
  type Dialect,
  FanfareTalk,
  type Positions,
  SocketIoTalk,
  type Talk,
  WsTalk,
} from '../load/dialects.js';
import { LightSocket } from '../load/light-socket.js';
import type { Connect, FromHolder, Held, ToHolder } from './orders.js';

const PROGRESS_MS = 1000;
/** In which a session is to be ready. */
const READY_MS = 60_000;

interface Holding {
  readonly talk: Talk;
  readonly socket: LightSocket;
  isOpen: boolean;
  /** Messages that are not counted: those of before. */
  before: number;
}

let held: Holding[] = [];
let ready = 0;
const positions = new Map<string, Positions>();
const say = (message: FromHolder): void => void process.send?.(message);

function talkOf(dialect: Dialect, credentials: Credentials): Talk {
  if (dialect === 'ws') return new WsTalk(credentials);
  if (dialect === 'socket.io') return new SocketIoTalk(credentials);
  return new FanfareTalk(credentials, positions.get(credentials.token) ?? {});
}

/** Resolves when the session is ready. */
function hold(port: number, dialect: Dialect, credentials: Credentials): Promise<void> {
  const talk = talkOf(dialect, credentials);
  return new Promise((resolve, reject) => {
    const fail = setTimeout(() => reject(new Error('a session was not ready in time')), READY_MS);
    const socket: LightSocket = new LightSocket(port, talk.path, talk.hello, {
      onText: (payload) => {
        const { isReady, answer } = talk.take(payload);
        if (answer !== undefined) socket.send(answer);
        if (!isReady) return;
        clearTimeout(fail);
        ready += 1;
        if (talk instanceof FanfareTalk) positions.set(credentials.token, talk.positions());
        resolve();
      },
      onEnd: () => {
        holding.isOpen = false;
        reject(new Error('a connection ended before its session was ready'));
      },
    });
    const holding: Holding = { talk, socket, isOpen: true, before: 0 };
    held.push(holding);
  });
}

async function connect({ port, dialect, credentials, atOnce }: Connect['connect']): Promise<void> {
  let next = 0;
  const progress = setInterval(() => say({ progress: ready }), PROGRESS_MS);
  const one = async (): Promise<void> => {
    for (let mine = credentials[next++]; mine; mine = credentials[next++]) await hold(port, dialect, mine);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  clearInterval(progress);
  say({ connected: ready });
}

function report(): Held {
  const open = held.filter(({ isOpen }) => isOpen);
  const counts = open.map(({ talk, before }) => talk.messages - before);
  const disordered = open.reduce((sum, { talk }) => sum + talk.disordered, 0);
  const [fewest, most] = [
    counts.reduce((a, b) => Math.min(a, b), Infinity),
    counts.reduce((a, b) => Math.max(a, b), 0),
  ];
  return { open: open.length, fewest, most, disordered };
}

process.on('message', (message: ToHolder) => {
  if ('connect' in message) return void connect(message.connect);
  if (message.order === 'report') return say({ report: report() });
  if (message.order === 'recount') {
    for (const one of held) one.before = one.talk.messages;
    return say({ recounted: true });
  }
  for (const { socket } of held) socket.end();
  held = [];
  ready = 0;
  say({ disconnected: true });
});
process.on('disconnect', () => process.exit(0));
