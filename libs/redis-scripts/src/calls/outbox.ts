// The calls to one primary, in order. All scripts are loaded before the first of them, and again after each reconnect.
//
//   down → loading → open → draining → (pausing →) loading or open        any → down when the connection is cut
//
// open: calls are written at once. When one fails in a way that concerns them all (the script cache was flushed, the
// connection was cut, Redis is loading), nothing more is written until everything on its way has been answered
// (draining); then those that failed are sent again in their order, and after them what came meanwhile. So the order of
// calls is kept, with one exception: where another process loads the scripts between two of our calls that are on their
// way, the first fails and the second runs.
//
// The hot path (open) allocates nothing here.
import type { Primary } from '../connection/primary.js';
import { UnavailableError, type UnavailableReason } from '../errors.js';
import type { AnyScript, ReplyValue } from '../script.js';
import { backoffMs } from './backoff.js';
import { type Failure, failureOf, reasonOf } from './failure.js';
import type { CallCarrier, ScriptCall } from './script-call.js';

type State = 'down' | 'loading' | 'open' | 'draining' | 'pausing' | 'closed';

export interface OutboxOwner {
  readonly scripts: readonly AnyScript[];
  /** Calls that may wait here or be on their way; more are refused. */
  readonly maxPending: number;
  onReply(call: ScriptCall, reply: ReplyValue): void;
  /** The call has to go to another primary. */
  onElsewhere(call: ScriptCall, ask: string | undefined): void;
  onWarning(message: string, error: Error): void;
}

export class Outbox implements CallCarrier {
  private state: State = 'down';
  private inFlight = 0;
  private written = 0;
  private failed: ScriptCall[] = [];
  private waiting: ScriptCall[] = [];
  private mustLoad = false;
  private trouble: UnavailableReason = 'connection';
  /** Interruptions since the last reply: the longer, the more patient. */
  private interruptions = 0;
  private expired = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly onReady = (): void => void this.load();
  private readonly onClose = (): void => this.setDown();

  constructor(
    private readonly primary: Primary,
    private readonly owner: OutboxOwner,
  ) {
    primary.redis.on('ready', this.onReady);
    primary.redis.on('close', this.onClose);
    if (primary.isReady) void this.load();
  }

  get isOpen(): boolean {
    return this.state === 'open' && this.primary.isReady;
  }

  get waitingCount(): number {
    return this.failed.length + this.waiting.length;
  }

  get inFlightCount(): number {
    return this.inFlight;
  }

  send(call: ScriptCall): void {
    if (call.isSettled) return;
    if (this.inFlight + this.waitingCount >= this.owner.maxPending) {
      call.fail(new UnavailableError(call.script.name, 'overload'));
    } else if (this.isOpen) {
      this.write(call);
    } else {
      call.carrier = this;
      call.trouble = this.trouble;
      this.waiting.push(call);
    }
  }

  /** Takes every call that is not on its way, in order: its primary serves nothing any more. */
  close(): ScriptCall[] {
    this.state = 'closed';
    clearTimeout(this.timer);
    this.primary.redis.off('ready', this.onReady);
    this.primary.redis.off('close', this.onClose);
    return this.takeAll();
  }

  /** A call that waits here ran into its deadline. Forgets them in batches: it may be many while Redis is away. */
  onExpired(): void {
    this.expired += 1;
    if (this.expired * 2 < this.waitingCount) return;
    this.failed = this.failed.filter((call) => !call.isSettled);
    this.waiting = this.waiting.filter((call) => !call.isSettled);
    this.expired = 0;
  }

  onReply(call: ScriptCall, reply: ReplyValue): void {
    this.inFlight -= 1;
    this.interruptions = 0;
    this.owner.onReply(call, reply);
    if (this.state === 'draining') this.onDrained();
  }

  onError(call: ScriptCall, error: Error): void {
    this.inFlight -= 1;
    const failure = failureOf(error);
    if (failure.kind === 'final') call.fail(failure.error(call.script.name));
    else if (failure.kind === 'elsewhere') this.owner.onElsewhere(call, failure.ask);
    else this.interrupt(call, failure);
    if (this.state === 'draining') this.onDrained();
  }

  private write(call: ScriptCall): void {
    this.inFlight += 1;
    call.attempts += 1;
    this.written += 1;
    if (call.place === 0) call.place = this.written;
    call.carrier = this;
    call.isSent = true;
    if (call.isAsking) void this.primary.redis.asking().catch(() => undefined); // the call itself then fails too
    call.isAsking = false;
    this.primary.write(call, call.script.readOnly);
  }

  private interrupt(call: ScriptCall, failure: Failure & { kind: 'reload' | 'pause' }): void {
    if (failure.kind === 'reload') this.mustLoad = true;
    else this.trouble = failure.reason;
    if (failure.kind === 'pause' && failure.mayHaveRun) call.markRetry();
    call.trouble = this.trouble;
    if (this.state === 'closed') return this.owner.onElsewhere(call, undefined);
    this.failed.push(call);
    if (this.state !== 'open') return;
    this.state = 'draining';
    this.interruptions += 1;
    if (failure.kind === 'pause' && failure.reason === 'readonly') this.primary.reconnect();
  }

  private onDrained(): void {
    if (this.inFlight > 0) return;
    if (!this.primary.isReady) this.state = 'down';
    // A first NOSCRIPT is repaired at once; when they go on, and for everything else, time has to pass.
    else if (this.mustLoad && this.interruptions < 2) void this.load();
    else this.pause();
  }

  private pause(): void {
    this.state = 'pausing';
    this.timer = setTimeout(() => {
      if (this.state !== 'pausing') return;
      if (!this.primary.isReady) this.state = 'down';
      else if (this.mustLoad) void this.load();
      else this.open();
    }, backoffMs(this.interruptions));
  }

  private async load(): Promise<void> {
    if (this.state === 'closed' || this.state === 'loading') return;
    clearTimeout(this.timer);
    this.state = 'loading';
    this.mustLoad = true;
    try {
      await Promise.all(this.owner.scripts.map(({ source }) => this.primary.redis.script('LOAD', source)));
      if (this.isLoading()) this.open();
    } catch (error) {
      if (!this.isLoading()) return;
      this.interruptions += 1;
      this.trouble = reasonOf(error as Error);
      this.owner.onWarning('scripts could not be loaded', error as Error);
      if (this.primary.isReady) this.pause();
      else this.state = 'down';
    }
  }

  /** The state may have changed while Redis was asked, which the compiler can't know. */
  private isLoading(): boolean {
    return this.state === 'loading';
  }

  private open(): void {
    this.state = 'open';
    this.mustLoad = false;
    const calls = this.takeAll();
    for (const [index, call] of calls.entries()) {
      if (!this.isOpen) {
        this.waiting = [...calls.slice(index), ...this.waiting];
        return;
      }
      if (!call.isSettled) this.write(call);
    }
  }

  private setDown(): void {
    if (this.state === 'closed') return;
    this.trouble = 'connection';
    if (this.inFlight === 0) this.state = 'down';
  }

  private takeAll(): ScriptCall[] {
    // Failures need not come in order: a socket that has just ended refuses a new call before it gives up older ones.
    const calls = [...this.failed.sort((one, other) => one.place - other.place), ...this.waiting];
    this.failed = [];
    this.waiting = [];
    this.expired = 0;
    return calls;
  }
}
