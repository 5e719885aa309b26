// The client: one user's messages, once and in order, through any number of reconnects. This file decides when to connect,
// when to come back and when not to; what arrives goes to `delivery`, what is asked to `requests`.
//
// States: idle → connecting → catching-up → live; from each of these → waiting → connecting; closed by `close()`, or by an
// answer that coming back would not change.
import { Backoff } from './connection/backoff.js';
import { meaningOf } from './connection/close-codes.js';
import { Connection, type Ended } from './connection/connection.js';
import { Deliveries, membershipIn, resetIn, retractIn } from './delivery/deliveries.js';
import { Emitter } from './events/emitter.js';
import type { FanfareEvent, Listener, Status, StatusChange } from './events/events.js';
import { FanfareError, type FanfareErrorCode } from './fanfare-error.js';
import { checkOptions, type CheckedOptions, type FanfareOptions } from './fanfare-options.js';
import { bytesOf, type Connected, type Frame, MAX_FRAME_BYTES } from './frames.js';
import { Inbox, readIn } from './inbox/inbox.js';
import { Recount } from './inbox/recount.js';
import { UnreadCounts } from './inbox/unread-counts.js';
import { PositionKeeper } from './positions/position-keeper.js';
import { Requests } from './requests/requests.js';
import { isOffline, listenToPage } from './surroundings.js';
import { TokenRefresh } from './tokens/token-refresh.js';
import { fetchToken } from './tokens/token-source.js';
import type { UserToken } from './tokens/user-token.js';
import { Topic } from './topics/topic.js';

/** Fresh tokens that are refused one after the other before it is given up. */
const MOST_REFUSALS = 3;
const MOST_WAIT_MS = 3_600_000;

export class Fanfare {
  readonly inbox: Inbox;
  private readonly options: CheckedOptions;
  private readonly emitter = new Emitter();
  private readonly requests = new Requests((text) => this.connection?.sendText(text) ?? false);
  private readonly counts = new UnreadCounts((unread) => this.emitter.emit('unread', unread));
  private readonly deliveries: Deliveries;
  private readonly backoff: Backoff;
  private readonly tokenBackoff = new Backoff();
  private readonly refresh = new TokenRefresh(() => this.sendFreshToken());
  private readonly recount = new Recount((timeline) => this.inbox.read({ timeline, upTo: 0 }).catch(() => undefined));
  private state: StatusChange = { status: 'idle' };
  private connected: Connected | undefined;
  private connection: Connection | undefined;
  private keeper: PositionKeeper | undefined;
  private loading: Promise<void> | undefined;
  /** Whose tokens these are, as the first one says. */
  private owner: string | undefined;
  /** Of attempts and ends: what was begun in an earlier one has no say any more. */
  private turn = 0;
  private refusals = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private canHurry = false;
  private isWaitingForListeners = false;
  private stopListening = (): void => undefined;
  private isEnded = false;
  private ending: Promise<void> = Promise.resolve();

  /** @throws FanfareError bad_option; no_websocket where none is there and none is given */
  constructor(options: FanfareOptions) {
    this.options = checkOptions(options);
    this.backoff = new Backoff(options.retry);
    this.inbox = new Inbox(this.requests, this.counts, (moved) => this.emitter.emit('read', moved));
    this.deliveries = new Deliveries(this.emitter, {
      onMessage: (message, position) => this.counts.message(message, position, this.user),
      onHandled: () => this.keeper?.note(),
      onFull: () => this.waitForListeners(),
      onEmpty: () => this.listenersAreDone(),
    });
  }

  get status(): Status {
    return this.state.status;
  }

  /** Known from the first `connected` on. */
  get user(): string | undefined {
    return this.connected?.user;
  }

  /** The id of the newest session. */
  get session(): string | undefined {
    return this.connected?.session;
  }

  /** @returns what takes the listener away again */
  on<E extends FanfareEvent>(event: E, listener: Listener<E>): () => void {
    return this.emitter.on(event, listener);
  }

  topic(name: string): Topic {
    return new Topic(name, this.requests);
  }

  /**
   * Starts, and stays connected. Listeners should be there already. Once more it does nothing, unless a refusal has ended
   * it: then it starts anew.
   *
   * @throws FanfareError closed, after `close()`
   */
  connect(): void {
    if (this.isEnded) throw new FanfareError('closed', 'this Fanfare was closed for good; make a new one');
    if (this.status !== 'idle' && this.status !== 'closed') return;
    const keep = (): unknown => this.keeper?.keep();
    this.stopListening = listenToPage({ onChange: (isOnline) => this.hurry(isOnline), onLeave: keep });
    this.refusals = 0;
    this.backoff.reset();
    void this.attempt();
  }

  /**
   * Ends for good. Messages that wait for their listeners are dropped, and come again to whoever connects next; one that is
   * being handled still counts as handled when its listeners are done.
   */
  close(): Promise<void> {
    if (!this.isEnded) {
      this.isEnded = true;
      this.ending = this.end();
    }
    return this.ending;
  }

  private async end(): Promise<void> {
    const { connection } = this;
    this.halt();
    this.deliveries.clear();
    this.setStatus({ status: 'closed' });
    await this.keeper?.close();
    this.connection = undefined;
    await connection?.leave();
    this.emitter.clear();
  }

  private async attempt(): Promise<void> {
    const turn = (this.turn += 1);
    this.setStatus({ status: 'connecting' });
    const token = await this.freshToken(turn);
    if (!token) return turn === this.turn ? this.wait(this.backoff.nextMs(), 'there is no token') : undefined;
    this.loading ??= this.loadPositions(token);
    await this.loading;
    if (turn === this.turn) this.open(token);
  }

  /** @returns undefined where there is none, or the turn is over */
  private async freshToken(turn: number): Promise<UserToken | undefined> {
    try {
      const token = await fetchToken(this.options.token);
      if (turn !== this.turn) return undefined;
      this.owner ??= token.user;
      if (token.user === this.owner) return token;
      this.finish('user_changed', 'token() gave the token of another user; each user needs a Fanfare of their own');
    } catch (error) {
      if (turn === this.turn) this.emitter.report('token', `token() failed: ${String(error)}`, error);
    }
    return undefined;
  }

  private async loadPositions({ user }: UserToken): Promise<void> {
    const { url, device, storage } = this.options;
    const whose = user ?? device;
    const key = whose === undefined ? undefined : `fanfare:${JSON.stringify([url, user, device])}`;
    const { handled, received } = this.deliveries;
    this.keeper = new PositionKeeper(storage, key, handled, {
      onKept: () => this.acknowledge(),
      onError: (what, error) => this.emitter.report('storage', `${what}: ${String(error)}`, error),
    });
    await this.keeper.load();
    received.load(handled.all);
  }

  private open(token: UserToken): void {
    const { WebSocket, url } = this.options;
    const since = performance.now();
    try {
      this.connection = new Connection(WebSocket, url, {
        introduce: () => this.introduction(token),
        onConnected: (connected) => this.opened(connected, token, performance.now() - since),
        onFrame: (frame, size) => this.take(frame, size),
        onEnd: (ended) => this.lost(ended),
      });
    } catch (error) {
      this.finish('bad_option', `no connection can be opened to ${url}: ${String(error)}`, error);
    }
  }

  /** Positions that do not fit into a frame are left out; the server goes on from its own there. */
  private introduction({ text: token }: UserToken): string {
    const resume = Object.entries(this.deliveries.received.all);
    for (;;) {
      const data = { token, device: this.options.device, resume: Object.fromEntries(resume) };
      const text = JSON.stringify({ event: 'connect', data });
      if (bytesOf(text) <= MAX_FRAME_BYTES || resume.length === 0) return text;
      resume.pop();
    }
  }

  private opened(connected: Connected, token: UserToken, usedMs: number): void {
    this.refusals = 0;
    this.connected = connected;
    this.refresh.plan(token, usedMs);
    this.deliveries.connected(connected.timelines);
    this.counts.connected(connected.timelines);
    this.requests.opened();
    this.setStatus({ status: 'catching-up' });
  }

  private take(frame: Frame, size: number): void {
    const { event, data, ref } = frame;
    if (this.isEnded) return; // the goodbye is on its way
    if (ref !== undefined) return this.requests.answered(frame);
    if (event === 'message') return this.deliveries.message(data, size, this.status !== 'live');
    if (event === 'synced') {
      this.backoff.reset();
      return this.setStatus({ status: 'live' });
    }
    if (event === 'error') return void this.emitter.report(String(data['code']), String(data['message']));
    if (event === 'reconnect') return void this.keeper?.keep();
    this.note(frame);
  }

  private note({ event, data }: Frame): void {
    if (event === 'read') {
      const moved = readIn({ data });
      if (!moved) return;
      this.counts.read(moved);
      void this.emitter.emit('read', moved);
    } else if (event === 'reset') {
      const reset = resetIn(data);
      if (!reset) return;
      this.counts.reset(reset);
      if (this.status === 'live') this.recount.ask(reset.timeline);
      this.deliveries.reset(reset);
    } else if (event === 'retract') {
      const retract = retractIn(data);
      if (!retract) return;
      this.counts.retract(retract);
      this.deliveries.retract(retract);
    } else if (event === 'membership') {
      const membership = membershipIn(data);
      if (!membership) return;
      const timeline = membership.timeline ?? `group:${membership.group}`;
      this.counts[membership.state](timeline);
      this.deliveries.membership(membership, timeline);
    }
  }

  private acknowledge(): void {
    const { connection } = this;
    if (!connection?.isConnected) return;
    const ack = this.deliveries.takeAck();
    if (ack) connection.send('ack', ack);
  }

  private async sendFreshToken(): Promise<void> {
    const { turn, connection } = this;
    const token = await this.freshToken(turn);
    if (turn !== this.turn || connection !== this.connection || !connection?.isConnected) return;
    if (!token) return this.refresh.after(this.tokenBackoff.nextMs());
    this.tokenBackoff.reset();
    connection.send('connect', { token: token.text, device: this.options.device });
    this.refresh.plan(token);
  }

  private lost({ code, reason, afterMs }: Ended): void {
    this.forgetConnection();
    if (afterMs !== undefined) return this.wait(Math.min(afterMs, MOST_WAIT_MS), reason, false);
    const meaning = meaningOf(code);
    const said = `${reason || 'the connection ended'} (${code})`;
    if (typeof meaning === 'object') return this.finish(meaning.code, `${meaning.message}: ${said}`);
    if (meaning === 'token' && (this.refusals += 1) >= MOST_REFUSALS) {
      return this.finish('unauthorized', `${MOST_REFUSALS} tokens in a row were refused: ${said}`);
    }
    this.wait(this.backoff.nextMs(meaning === 'later'), said, meaning !== 'later');
  }

  /** @param canHurry whether it may be sooner where the network, or the user, comes back */
  private wait(ms: number, reason: string, canHurry = true): void {
    this.canHurry = canHurry;
    const retryInMs = isOffline() ? Math.max(ms, this.backoff.capMs) : ms;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.attempt(), retryInMs);
    this.setStatus({ status: 'waiting', retryInMs, reason });
  }

  private hurry(isOnline: boolean): void {
    this.connection?.check();
    if (this.status !== 'waiting' || !this.canHurry || !isOnline) return;
    this.backoff.reset();
    this.wait(this.backoff.nextMs(), 'the network or the page is back', false);
  }

  private waitForListeners(): void {
    if (this.isWaitingForListeners || !this.connection) return;
    this.isWaitingForListeners = true;
    this.canHurry = false;
    void this.connection.leave();
    this.forgetConnection();
    this.setStatus({ status: 'waiting', reason: 'listeners have too much to do' });
  }

  private listenersAreDone(): void {
    if (!this.isWaitingForListeners) return;
    this.isWaitingForListeners = false;
    if (this.status === 'waiting') void this.attempt();
  }

  /** An end that coming back would not change. */
  private finish(code: FanfareErrorCode, message: string, cause?: unknown): void {
    const { connection } = this;
    this.halt();
    void this.keeper?.keep();
    this.connection = undefined;
    void connection?.leave();
    this.setStatus({ status: 'closed', reason: code });
    this.emitter.report(code, message, cause);
  }

  /** No timer, no listener and no request is left. */
  private halt(): void {
    this.turn += 1;
    clearTimeout(this.timer);
    this.refresh.stop();
    this.recount.stop();
    this.stopListening();
    this.requests.end();
    this.isWaitingForListeners = false;
  }

  private forgetConnection(): void {
    this.connection = undefined;
    this.refresh.stop();
    this.recount.stop();
    this.requests.broken();
  }

  private setStatus(change: StatusChange): void {
    const isSame = change.status === this.status && change.status !== 'waiting';
    this.state = change;
    if (!isSame) void this.emitter.emit('status', change);
  }
}
