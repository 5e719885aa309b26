/** What the benchmark and its load processes say to each other. */
import type { Credentials } from '../load/dialects.js';

export interface Clients {
  readonly port: number;
  readonly kind: 'fanfare' | 'socket.io';
  readonly credentials: readonly Credentials[];
  /** How many connect at the same time. */
  readonly atOnce: number;
  /** Whether they acknowledge what they got, once they have it all. */
  readonly acknowledges: boolean;
}

export interface CameBack {
  readonly lacking: number;
  readonly disordered: number;
  readonly recovered: number;
  /** ms from a session's connect until it had everything. */
  readonly ms: readonly number[];
}

export type ToLoad =
  | { readonly clients: Clients }
  /** All connect; each is done when it is ready and has so many messages. */
  | { readonly connect: { readonly expected: number } }
  | { readonly order: 'cut' | 'count' };
export type FromLoad =
  { ready: true } | { result: CameBack } | { progress: number } | { cut: true } | { count: number };
