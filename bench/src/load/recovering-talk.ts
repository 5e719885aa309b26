/**
 * A client of Socket.IO that comes back: it says its private id and the offset of the last event it got, as socket.io-client
 * does, and is recovered where it is answered with the same id. https://socket.io/docs/v4/connection-state-recovery
 */
import type { Credentials, Talk } from './dialects.js';

const EVENT = /^42\["message",\{"room":"([^"]+)","n":(\d+),.*,"(\d+-\d+)"\]$/;
const CONNECTED = '40';

export class RecoveringTalk implements Talk {
  readonly path = '/socket.io/?EIO=4&transport=websocket';
  readonly hello: string;
  messages = 0;
  disordered = 0;
  isRecovered = false;
  private pid: string | undefined;
  private offset: string | undefined;
  private readonly last: Map<string, number>;

  constructor({ token, groups }: Credentials, before: RecoveringTalk | undefined) {
    this.pid = before?.pid;
    this.offset = before?.offset;
    this.last = before?.last ?? new Map<string, number>();
    this.hello = `40${JSON.stringify({ pid: this.pid, offset: this.offset, token, groups })}`;
  }

  take(payload: Buffer): { isReady?: boolean; answer?: string } {
    const text = payload.toString('latin1');
    if (text === '2') return { answer: '3' };
    if (text.startsWith(CONNECTED)) return { isReady: this.learn(text) };
    const [, room, n, offset] = EVENT.exec(text) ?? [];
    if (room === undefined) return {};
    if (Number(n) !== (this.last.get(room) ?? 0) + 1) this.disordered += 1;
    this.last.set(room, Number(n));
    this.offset = offset;
    this.messages += 1;
    return {};
  }

  private learn(text: string): boolean {
    const { pid } = JSON.parse(text.slice(CONNECTED.length)) as { pid: string };
    this.isRecovered = this.pid !== undefined && pid === this.pid;
    this.pid = pid;
    return true;
  }
}
