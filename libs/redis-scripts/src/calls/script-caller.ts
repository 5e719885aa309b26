// Runs scripts on whichever primary serves their keys. A caller sees a result or one of three errors, within its
// deadline; restarts, failovers, SCRIPT FLUSH and slots that move are repaired behind it.
//
// What is repeated may have been executed already when the connection was cut: scripts that are not idempotent by
// themselves declare an argument `retry`, which is 1 then.
import { performance } from 'node:perf_hooks';
import keySlot from 'cluster-key-slot';
import type { RedisConnection } from '../connection/connect.js';
import type { Primary } from '../connection/primary.js';
import { RedisScriptError, UnavailableError } from '../errors.js';
import { allScripts } from '../generated/index.js';
import type { AnyScript, CallOptions, ReplyValue, Script, ScriptRunner } from '../script.js';
import { backoffMs } from './backoff.js';
import { Outbox, type OutboxOwner } from './outbox.js';
import { ScriptCall } from './script-call.js';

export type CallOutcome = 'ok' | RedisScriptError['code'];

export interface ScriptCallerOptions {
  /** How long a call may take, retries included. Default 5,000. */
  deadlineMs?: number;
  /** Calls to one primary that may wait or be on their way; more fail with `overload`. Default 50,000. */
  maxPending?: number;
  /** Told of every call when it ends. */
  observe?: (script: string, durationMs: number, outcome: CallOutcome, attempts: number) => void;
  onWarning?: (message: string, error: Error) => void;
  /** What to load ahead. Default: every script. */
  scripts?: readonly AnyScript[];
}

const TAKE_SCRIPT = 'partition/take';
const MAX_TAKES = 3;
const LOOK_EVERY_MS = 1000;

export class ScriptCaller implements ScriptRunner, OutboxOwner {
  readonly scripts: readonly AnyScript[];
  readonly maxPending: number;
  private readonly deadlineMs: number;
  private readonly outboxes = new Map<Primary, Outbox>();
  private readonly takes = new Map<string, Promise<unknown>>();
  /** Calls whose primary has to be found first, in order. */
  private homeless: ScriptCall[] = [];
  private readonly homelessSlots = new Set<number>();
  private search: NodeJS.Timeout | undefined;
  private lookedAt = 0;
  private isClosed = false;
  private readonly settle = (call: ScriptCall, error: Error | undefined, result: unknown): void => {
    this.options.observe?.(call.script.name, performance.now() - call.startedAt, outcomeOf(error), call.attempts);
    if (error) call.onFailure(error);
    else call.onResult(result as never);
  };
  private readonly expire = (call: ScriptCall): void => {
    const isWaiting = !call.isSent;
    call.expire();
    if (isWaiting && call.carrier instanceof Outbox) call.carrier.onExpired();
    else this.onSilence();
  };

  constructor(
    private readonly connection: RedisConnection,
    private readonly options: ScriptCallerOptions = {},
  ) {
    this.scripts = options.scripts ?? allScripts;
    this.maxPending = options.maxPending ?? 50_000;
    this.deadlineMs = options.deadlineMs ?? 5000;
    for (const primary of connection.primaries.all()) this.outboxOf(primary);
    connection.primaries.on('added', (primary) => this.outboxOf(primary));
    connection.primaries.on('removed', (primary) => this.moveOut(primary));
  }

  /** Whether calls go out at once, to every primary. */
  get isReady(): boolean {
    return [...this.outboxes.values()].every((outbox) => outbox.isOpen);
  }

  /** Calls that were sent and not yet answered, and calls that wait to be sent. */
  get pending(): { inFlight: number; waiting: number } {
    const outboxes = [...this.outboxes.values()];
    return {
      inFlight: outboxes.reduce((sum, outbox) => sum + outbox.inFlightCount, 0),
      waiting: outboxes.reduce((sum, outbox) => sum + outbox.waitingCount, this.homeless.length),
    };
  }

  call<R>(script: Script<R>, keys: string[], args: (Buffer | string)[], options?: CallOptions): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const deadlineMs = options?.deadlineMs ?? this.deadlineMs;
      const call = new ScriptCall(script, keys, args, performance.now(), deadlineMs, this.settle, resolve, reject);
      if (options?.retry) call.markRetry();
      if (this.isClosed) return call.fail(new UnavailableError(script.name, 'closed'));
      call.timer = setTimeout(this.expire, deadlineMs, call);
      this.dispatch(call);
    });
  }

  /** Fails what is not yet done; the connection is its owner's to close. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.search);
    const waiting = [...this.outboxes.values()].flatMap((outbox) => outbox.close());
    for (const call of [...waiting, ...this.homeless]) call.fail(new UnavailableError(call.script.name, 'closed'));
    this.outboxes.clear();
    this.homeless = [];
  }

  onReply(call: ScriptCall, reply: ReplyValue): void {
    if (call.script.partIndex >= 0 && isTake(reply)) this.take(call);
    else call.finish(reply);
  }

  onElsewhere(call: ScriptCall, ask: string | undefined): void {
    if (this.isClosed) return call.fail(new UnavailableError(call.script.name, 'closed'));
    call.trouble = 'cluster';
    const primary = ask === undefined ? undefined : this.connection.primaries.at(ask);
    if (!primary) return this.findHome(call);
    call.isAsking = true;
    call.place = 0;
    this.outboxOf(primary).send(call);
  }

  onWarning(message: string, error: Error): void {
    this.options.onWarning?.(message, error);
  }

  /** Who does not answer may have been replaced without closing its connections. */
  private onSilence(): void {
    const now = performance.now();
    if (now - this.lookedAt < LOOK_EVERY_MS) return;
    this.lookedAt = now;
    void this.connection.primaries.refresh();
  }

  private dispatch(call: ScriptCall): void {
    call.place = 0; // its primary may be another than before
    const key = call.keys[0] ?? '';
    const isBehindOthers = this.homeless.length > 0 && this.homelessSlots.has(keySlot(key));
    const primary = isBehindOthers ? undefined : this.connection.primaries.of(key);
    if (primary) this.outboxOf(primary).send(call);
    else this.findHome(call);
  }

  private outboxOf(primary: Primary): Outbox {
    let outbox = this.outboxes.get(primary);
    if (!outbox) {
      outbox = new Outbox(primary, this);
      this.outboxes.set(primary, outbox);
    }
    return outbox;
  }

  private moveOut(primary: Primary): void {
    const calls = this.outboxes.get(primary)?.close() ?? [];
    this.outboxes.delete(primary);
    for (const call of calls) this.dispatch(call); // at once: what is called from now on must not overtake them
  }

  /** Learns who serves what, then sends in order; waits longer the more often a call came back. */
  private findHome(call: ScriptCall): void {
    call.trouble = 'cluster';
    this.homeless.push(call);
    this.homelessSlots.add(keySlot(call.keys[0] ?? ''));
    this.search ??= setTimeout(() => void this.sendHome(), call.attempts < 2 ? 0 : backoffMs(call.attempts));
  }

  private async sendHome(): Promise<void> {
    await this.connection.primaries.refresh();
    this.search = undefined;
    const calls = this.homeless.filter((call) => !call.isSettled);
    this.homeless = [];
    this.homelessSlots.clear();
    for (const call of calls) this.dispatch(call);
  }

  /** Redis has another history than at the partition's last write: take it, once for all who ask, and repeat. */
  private take(call: ScriptCall): void {
    const part = call.keys[call.script.partIndex];
    const script = this.scripts.find(({ name }) => name === TAKE_SCRIPT);
    if (part === undefined || !script || call.takes >= MAX_TAKES) {
      return call.fail(new UnavailableError(call.script.name, 'fence'));
    }
    call.takes += 1;
    let taken = this.takes.get(part);
    if (!taken) {
      taken = this.call(script, [part], []).finally(() => this.takes.delete(part));
      this.takes.set(part, taken);
    }
    taken.then(
      () => this.dispatch(call),
      (error: Error) => call.fail(error),
    );
  }
}

/** `{'TAKE'}`: compared by bytes, as this is looked at for every reply of a script that reads. */
function isTake(reply: ReplyValue): boolean {
  const status = Array.isArray(reply) ? reply[0] : undefined;
  return Buffer.isBuffer(status) && status.length === 4 && status.toString('latin1') === 'TAKE';
}

function outcomeOf(error: Error | undefined): CallOutcome {
  if (!error) return 'ok';
  return error instanceof RedisScriptError ? error.code : 'script';
}
