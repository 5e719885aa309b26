// What a script call can fail with. `code` is stable: callers at the edges decide by it, never by the message.

/** Why Redis can't serve the call now; the same call may succeed later. */
export type UnavailableReason =
  | 'connection' // no connection, or cut while the call was on its way
  | 'loading' // Redis reads its data, or a replica has no primary
  | 'busy' // another script runs for too long
  | 'cluster' // slots are not served, or are moving
  | 'readonly' // the server is a replica now
  | 'memory' // maxmemory is reached
  | 'disk' // Redis can't persist
  | 'replicas' // too few replicas to write
  | 'credentials' // Redis refuses ours
  | 'fence' // the partition changed hands again and again
  | 'overload' // too many calls wait here already
  | 'closed'; // this process closed the connection

export abstract class RedisScriptError extends Error {
  abstract readonly code: 'unavailable' | 'timeout' | 'script';
}

/** Redis can't do it now. Whether a write was done is unknown only for the reason `connection`. */
export class UnavailableError extends RedisScriptError {
  readonly code = 'unavailable';

  constructor(
    readonly script: string,
    readonly reason: UnavailableReason,
    cause?: unknown,
  ) {
    super(`${script}: Redis is unavailable (${reason})`, { cause });
    this.name = 'UnavailableError';
  }
}

/** No answer within the call's deadline. A write may have been done, or may still be. */
export class TimeoutError extends RedisScriptError {
  readonly code = 'timeout';

  constructor(
    readonly script: string,
    readonly deadlineMs: number,
  ) {
    super(`${script}: no answer from Redis within ${deadlineMs} ms`);
    this.name = 'TimeoutError';
  }
}

/** The script failed or answered what its header does not say: a fault of ours, repeating it does not help. */
export class ScriptError extends RedisScriptError {
  readonly code = 'script';

  constructor(
    readonly script: string,
    message: string,
    cause?: unknown,
  ) {
    super(`${script}: ${message}`, { cause });
    this.name = 'ScriptError';
  }
}

/** Redis can't be used at all as it is set up: too old, or it would evict what was accepted. */
export class RedisSetupError extends Error {
  constructor(
    readonly problem: 'url' | 'version' | 'eviction',
    message: string,
  ) {
    super(message);
    this.name = 'RedisSetupError';
  }
}
