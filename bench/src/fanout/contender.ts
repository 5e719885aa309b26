/** What is measured: a server with its sessions connected, and a way to publish to them. */
import type { NativeLoad } from '../native/native-load.js';
import type { Message } from './message.js';

export interface Contender {
  readonly name: string;
  /** What of a message is kept, and how. */
  readonly durability: string;
  /** Of the process whose CPU time counts. */
  readonly pid: number;
  readonly load: NativeLoad;
  /** Hands the messages over in their order, as quickly as its way of publishing allows. */
  publish(messages: readonly Message[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Where a contender that uses Redis finds it, and which one. */
export interface Stage {
  readonly sessions: number;
  /** Redis without a file, for those that keep nothing. */
  readonly redisPort: number;
  readonly folder: string;
}
