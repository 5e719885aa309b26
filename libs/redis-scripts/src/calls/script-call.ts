// One call on its way: what to send, how often it was tried, and whom to tell. It is its own ioredis command.
//
// waiting (in an outbox, or for a slot's primary) → sent → settled, or back to waiting. Settled once: by its reply, a
// final error, or its deadline, whichever is first; a reply that comes later is dropped.
import { encodeEvalSha, type WireCommand } from '../connection/wire-command.js';
import { ScriptError, TimeoutError, UnavailableError, type UnavailableReason } from '../errors.js';
import type { ReplyValue, Script } from '../script.js';

/** Where the call was written: told of the reply in the order of writing. */
export interface CallCarrier {
  onReply(call: ScriptCall, reply: ReplyValue): void;
  onError(call: ScriptCall, error: Error): void;
}

export interface Settle {
  (call: ScriptCall, error: Error | undefined, result: unknown): void;
}

export class ScriptCall implements WireCommand {
  isTraced = true;
  isSettled = false;
  /** Whether its reply is still due. */
  isSent = false;
  attempts = 0;
  /** In the order in which its primary first got calls; 0 before. */
  place = 0;
  takes = 0;
  /** Why it could not be carried out so far. */
  trouble: UnavailableReason | undefined;
  /** To be preceded by ASKING: its slot is moving to the primary it is sent to. */
  isAsking = false;
  carrier: CallCarrier | undefined;
  timer: NodeJS.Timeout | undefined;

  constructor(
    readonly script: Script<unknown>,
    readonly keys: readonly string[],
    private readonly argList: (Buffer | string)[],
    readonly startedAt: number,
    readonly deadlineMs: number,
    private readonly settle: Settle,
    readonly onResult: (result: never) => void,
    readonly onFailure: (error: Error) => void,
  ) {}

  /** From now on the script is told that an earlier attempt may have been executed. */
  markRetry(): void {
    if (this.script.retryIndex >= 0) this.argList[this.script.retryIndex] = '1';
  }

  finish(reply: ReplyValue): void {
    if (this.isSettled) return;
    try {
      if (!Array.isArray(reply)) throw new TypeError('expected an array');
      this.end(undefined, this.script.decode(reply));
    } catch (error) {
      const message = `answered what its header does not say: ${(error as Error).message}`;
      this.end(error instanceof ScriptError ? error : new ScriptError(this.script.name, message, error), undefined);
    }
  }

  fail(error: Error): void {
    this.end(error, undefined);
  }

  expire(): void {
    const { name } = this.script;
    const isUnanswered = this.isSent || this.trouble === undefined;
    this.end(
      isUnanswered ? new TimeoutError(name, this.deadlineMs) : new UnavailableError(name, this.trouble ?? 'connection'),
      undefined,
    );
  }

  private end(error: Error | undefined, result: unknown): void {
    if (this.isSettled) return;
    this.isSettled = true;
    clearTimeout(this.timer);
    this.settle(this, error, result);
  }

  // The command as ioredis sees it.

  get name(): string {
    return 'evalsha';
  }

  get args(): readonly [] {
    return [];
  }

  get promise(): undefined {
    return undefined;
  }

  get inTransaction(): false {
    return false;
  }

  get pipelineIndex(): undefined {
    return undefined;
  }

  setReplyContext(): void {}

  toWritable(): string | Buffer {
    return encodeEvalSha(this.script.sha1, this.keys, this.argList);
  }

  resolve(reply: ReplyValue): void {
    this.isSent = false;
    this.carrier?.onReply(this, reply);
  }

  reject(error: Error): void {
    this.isSent = false;
    this.carrier?.onError(this, error);
  }
}
