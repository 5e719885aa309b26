/** What the benchmark and the processes that hold its sessions say to each other. */
import type { Credentials, Dialect } from '../load/dialects.js';

export interface Connect {
  readonly connect: {
    readonly port: number;
    readonly dialect: Dialect;
    readonly credentials: readonly Credentials[];
    /** How many connect at the same time. */
    readonly atOnce: number;
  };
}

export interface Held {
  readonly open: number;
  /** Fewest and most messages that one of them got since they were counted anew. */
  readonly fewest: number;
  readonly most: number;
  readonly disordered: number;
}

export type ToHolder = Connect | { readonly order: 'recount' | 'report' | 'disconnect' };
export type FromHolder =
  { connected: number } | { progress: number } | { report: Held } | { recounted: true } | { disconnected: true };
