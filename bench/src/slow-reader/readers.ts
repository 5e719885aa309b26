/** A process that holds readers of one group and counts, per reader, what came and how long it was on its way. */
import { LightSocket } from '../load/light-socket.js';
import { Received } from '../load/received.js';

export interface Readers {
  readonly port: number;
  readonly tokens: readonly string[];
}

export type ToReaders = Readers | { readonly order: 'pause' | 'resume' | 'report' };

export interface ReadersReport {
  readonly messages: readonly number[];
  readonly disordered: number;
  readonly resets: number;
  /** Since the last report. */
  readonly latenciesMs: readonly number[];
  readonly isOpen: boolean;
}

/** One of so many is timed: all of them would be a load of their own to hand over. */
const SAMPLED = 10;
const SENT_AT = /"sentAt":([\d.]+)/;
const now = (): number => performance.timeOrigin + performance.now();

class Reader {
  readonly received = new Received();
  readonly socket: LightSocket;
  latenciesMs: number[] = [];
  resets = 0;
  isOpen = true;

  constructor(port: number, token: string, onSynced: () => void) {
    const hello = JSON.stringify({ event: 'connect', data: { token } });
    this.socket = new LightSocket(port, '/v1/connect', hello, {
      onText: (payload) => {
        const kind = this.received.note(payload);
        if (kind === 'synced') onSynced();
        if (kind === 'message') {
          if (this.received.messages % SAMPLED !== 0) return;
          const sentAt = Number(SENT_AT.exec(payload.toString('latin1', 0, 400))?.[1]);
          this.latenciesMs.push(now() - sentAt);
        } else if (payload.toString('latin1', 0, 16) === '{"event":"reset"') this.resets += 1;
        else if (payload.toString('latin1', 0, 15) === '{"event":"ping"') this.socket.send('{"event":"pong"}');
      },
      onEnd: () => (this.isOpen = false),
    });
  }
}

let readers: Reader[] = [];

process.on('message', (message: ToReaders) => {
  if ('tokens' in message) {
    let waiting = message.tokens.length;
    const onSynced = (): void => void ((waiting -= 1) === 0 && process.send?.({ ready: true }));
    readers = message.tokens.map((token) => new Reader(message.port, token, onSynced));
    return;
  }
  if (message.order === 'report') return void process.send?.({ report: report() });
  for (const { socket } of readers) socket[message.order]();
  process.send?.({ done: true });
});
process.on('disconnect', () => process.exit(0));

function report(): ReadersReport {
  const latenciesMs = readers.flatMap((reader) => reader.latenciesMs);
  for (const reader of readers) reader.latenciesMs = [];
  return {
    messages: readers.map(({ received }) => received.messages),
    disordered: readers.reduce((sum, { received }) => sum + received.disordered, 0),
    resets: readers.reduce((sum, { resets }) => sum + resets, 0),
    isOpen: readers.every(({ isOpen }) => isOpen),
    latenciesMs,
  };
}
