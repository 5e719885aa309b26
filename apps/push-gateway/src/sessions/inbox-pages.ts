/**
 * Pages of the inbox for sessions: those of one session are read one after the other, and none while its device does not
 * take what was sent. So of a session that asks for many and reads none of them, at most one page lies in memory beside
 * what the high-water mark permits. Requests that wait are small, and the router bounds their number.
 */
import type { InboxPage, InboxQuery } from '@fanfare/contracts';
import type { Inbox } from '@fanfare/timelines';
import { FrameError } from '../frames/frame-error.js';
import type { Session } from './session.js';

export class InboxPages {
  private readonly last = new WeakMap<Session, Promise<unknown>>();

  constructor(private readonly inbox: Pick<Inbox, 'page'>) {}

  /** @throws Problem as Inbox does, FrameError where the session ended before its turn came */
  page(session: Session, query: InboxQuery): Promise<InboxPage> {
    const before = this.last.get(session);
    const page = before ? before.then(() => this.afterOthers(session, query)) : this.read(session, query);
    this.last.set(
      session,
      page.catch(() => undefined),
    );
    return page;
  }

  /** In another turn of the event loop, so that the answer before has been handed to the socket. */
  private async afterOthers(session: Session, query: InboxQuery): Promise<InboxPage> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.read(session, query);
  }

  private async read(session: Session, query: InboxQuery): Promise<InboxPage> {
    if (session.isBehind) await session.transport.drained();
    if (session.isClosed) throw new FrameError('unavailable', 'the session has ended');
    return this.inbox.page(session.user, query);
  }
}
