// What a generated wrapper hands to the caller, and what it expects of it.

/** A reply as it comes from Redis: bulk strings are Buffers, integers numbers. */
export type ReplyValue = number | Buffer | null | ReplyValue[];
export type Reply = ReplyValue[];

/** One script: its text, and where the caller finds in a call what it has to know of it. */
export interface Script<R> {
  /** `<domain>/<verb>` */
  readonly name: string;
  readonly sha1: string;
  readonly source: string;
  /** Declared `no-writes`: Redis refuses any write of it. */
  readonly readOnly: boolean;
  /** Index in the keys of the partition hash to take where the script answers TAKE; -1 where it never does. */
  readonly partIndex: number;
  /** Index in the arguments that is 1 when the call may already have been executed; -1 where there is none. */
  readonly retryIndex: number;
  /** @throws ScriptError where the reply is not of the declared shape */
  decode(reply: Reply): R;
}

export type AnyScript = Script<unknown>;

export interface CallOptions {
  /** How long the call may take, retries included. Default: that of the caller. */
  deadlineMs?: number;
  /** The call repeats one whose outcome is unknown: `retry` is 1 from the first attempt on. */
  retry?: boolean;
}

/** Runs scripts; ScriptCaller is the one of production. */
export interface ScriptRunner {
  /** @throws UnavailableError, TimeoutError, ScriptError */
  call<R>(script: Script<R>, keys: string[], args: (Buffer | string)[], options?: CallOptions): Promise<R>;
}
