/** What a handler may ask about the message it handles: `@Ctx() context: RedisTransportContext`. */
import { BaseRpcContext } from '@nestjs/microservices';

export interface MessageFacts {
  readonly pattern: string;
  /** The stream or channel that it came by. */
  readonly channel: string;
  readonly metadata: Record<string, unknown> | undefined;
  /** Id of the stream entry: the same at every attempt. Empty for an event that came by channel. */
  readonly entryId: string;
  readonly attempt: number;
  /** ms that the caller still waits when asked; Infinity for events. */
  readonly remainingMs: () => number;
}

export class RedisTransportContext extends BaseRpcContext<[MessageFacts]> {
  getPattern(): string {
    return this.args[0].pattern;
  }

  /** As of Nest's RedisContext. */
  getChannel(): string {
    return this.args[0].channel;
  }

  getMetadata(): Record<string, unknown> | undefined {
    return this.args[0].metadata;
  }

  /** Names the request, whichever replica handles it and however often. */
  get entryId(): string {
    return this.args[0].entryId;
  }

  /**
   * 1 the first time; more when a replica that had it died or did not answer: it may have been carried out in part or
   * as a whole. A handler that must not run twice looks here.
   */
  get attempt(): number {
    return this.args[0].attempt;
  }

  get remainingMs(): number {
    return this.args[0].remainingMs();
  }
}
