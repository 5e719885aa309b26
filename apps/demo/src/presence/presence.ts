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

/** States: stopped → started. The page ends it. */
export class Presence {
  readonly users = new Value<Readonly<Record<string, UserPresence>>>({});
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly api: DemoApi) {}

  start(): void {
    void this.ask();
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    if (!document.hidden) {
      const { status, body } = await this.api.quietly(presenceCall);
      this.users.set(status === 200 ? (body as { users: Record<string, UserPresence> }).users : {});
    }
    this.timer = setTimeout(() => void this.ask(), everyMs);
  }
}
