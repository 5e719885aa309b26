/** What a publisher process is told, and what it answers. */
import type { WayName } from './ways.js';

export interface RunOrder {
  readonly way: WayName;
  /** Of the Redis, on loopback; the same for all orders to one process. */
  readonly port: number;
  readonly partitions: number;
  /** Of the way `publish-group`. */
  readonly group?: string;
  /** It ends when the time is over, or with so many messages. */
  readonly seconds: number;
  readonly most: number;
}

export interface RunResult {
  readonly messages: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface ToPublisher {
  readonly run: RunOrder;
}
export interface FromPublisher {
  readonly result: RunResult;
}
