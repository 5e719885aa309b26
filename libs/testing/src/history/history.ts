// Everything that was sent and everything that came, in the order in which it was recorded; `verdict` says whether the
// guarantees were kept. It knows nothing of Fanfare but the protocol, and works in linear time and memory.
//
// A device is entitled from when the test says (`joined`): for the user's own timeline and `all` that is its first connect.
import { DeviceHistory } from './device-history.js';
import type { AcceptedMessage, Known, Sent, Span } from './records.js';
import { type UnreadCounts, UnreadModel } from './unread-model.js';
import { judge, type Verdict, type VerdictOptions } from './verdict.js';

export class History {
  readonly messages: Known[] = [];
  readonly devices = new Map<string, DeviceHistory>();
  private readonly byId = new Map<string, Known>();
  /** Those whose outcome is unknown, by payload key. */
  private readonly attempts = new Map<string, Known>();
  private readonly unreads = new UnreadModel();
  private clock = 0;

  /** The clock's reading; take it before asking for something, for the beginning of its span. */
  readonly now = (): number => (this.clock += 1);

  /** Answered with 202. An attempt with the same payload key was this one. */
  accepted(message: AcceptedMessage, sentAt?: number): void {
    const attempt = this.attempts.get(message.payloadKey);
    const to = this.now();
    const sent = { from: sentAt ?? attempt?.sent.from ?? to, to };
    if (attempt) Object.assign(attempt, { ...message, sent, isAccepted: true });
    const known = attempt ?? this.add(message, sent, message.id);
    this.attempts.delete(message.payloadKey);
    this.byId.set(message.id, known);
  }

  /** No answer, 503 or 504: it may have been accepted, then at most once. */
  attempted(message: Sent, sentAt = this.now()): void {
    // When it is carried out, if ever, is unknown: a call may wait on its way.
    this.attempts.set(message.payloadKey, this.add(message, { from: sentAt, to: Infinity }, undefined));
  }

  /** Asked to be retracted, whatever the answer: need not come any more. */
  retracted(id: string): void {
    const known = this.byId.get(id);
    if (!known) throw new Error(`${id} was never accepted`);
    known.isRetracted = true;
  }

  device(user: string, device: string): DeviceHistory {
    const name = `${user}/${device}`;
    const known = this.devices.get(name) ?? new DeviceHistory(user, device, this.now);
    this.devices.set(name, known);
    return known;
  }

  /** The user has read everything of the timeline up to that offset. */
  read(user: string, timeline: string, upTo: number): void {
    this.unreads.read(user, timeline, upTo);
  }

  /** What the API says now of the user's timelines; one that it does not name is not judged. */
  unread(user: string, counts: UnreadCounts): void {
    this.unreads.told(user, counts);
  }

  verdict(options: VerdictOptions = {}): Verdict {
    const { messages, byId, attempts } = this;
    return judge({ messages, byId, attempts, devices: [...this.devices.values()], unreads: this.unreads }, options);
  }

  private add(message: Sent, sent: Span, id: string | undefined): Known {
    const { audience } = message;
    const users = 'users' in audience ? new Set(audience.users) : undefined;
    const known = { ...message, id, sent, users, isAccepted: id !== undefined, isRetracted: false };
    this.messages.push(known);
    return known;
  }
}
