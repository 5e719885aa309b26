/** Names of what the transport between services keeps in Redis; all of an app's are in one slot. */
import { encodeId } from './encode.js';

export class TransportKeys {
  private readonly root: string;

  constructor(app: string) {
    this.root = `${encodeId(app)}/{rpc}/`;
  }

  /** STREAM of requests to a service that are not answered yet. */
  calls = (service: string): string => `${this.root}calls/${encodeId(service)}`;
  /** STREAM of the newest events of a pattern, where some service declared to handle them once. */
  events = (pattern: string): string => `${this.root}events/${encodeId(pattern)}`;
  /** Channel of an event, for all replicas of all services. */
  eventChannel = (pattern: string): string => `${this.root}event/${encodeId(pattern)}`;
  /** Channel of the answers to one caller. */
  replyChannel = (caller: string): string => `${this.root}reply/${encodeId(caller)}`;
}
