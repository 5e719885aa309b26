// Who is online, asked each second while the page is looked at: one query for all three.
import type { DemoApi } from '../http/demo-api.js';
import type { Call } from '../http/curl.js';
import { users } from '../cast/cast.js';
import { Value } from '../state/value.js';

export interface UserPresence {
  readonly online: boolean;
  /** Open sessions. */
  readonly devices: number;
}

export const presenceCall: Call = { method: 'POST', path: '/v1/presence/query', body: { users } };
const everyMs = 1000;
/** After a session was opened or closed: what changes together is asked for once. */
const soonMs = 50;

/** States: stopped → started. The page ends it. */
export class Presence {
  readonly users = new Value<Readonly<Record<string, UserPresence>>>({});
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isAsking = false;
  private isDue = false;

  constructor(private readonly api: DemoApi) {}

  start(): void {
    this.askIn(0);
  }

  /** Something changed just now. */
  lookAgain(): void {
    if (this.isAsking) this.isDue = true;
    else this.askIn(soonMs);
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    if (!document.hidden) {
      const { status, body } = await this.api.quietly(presenceCall);
      this.users.set(status === 200 ? (body as { users: Record<string, UserPresence> }).users : {});
    }
    this.isAsking = false;
    this.askIn(this.isDue ? soonMs : everyMs);
    this.isDue = false;
  }

  private askIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), ms);
  }
}
