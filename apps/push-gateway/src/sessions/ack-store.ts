/**
 * Stores what devices acknowledged: at most once a second per session, and when it closes. What could not be stored is
 * tried again with the next second; acknowledgements only move forward, so a repetition changes nothing.
 */
import type { SessionRegistry } from '@fanfare/roster';
import type { Session } from './session.js';

export class AckStore {
  private readonly dirty = new Set<Session>();

  constructor(
    private readonly registry: SessionRegistry,
    private readonly onError: (error: unknown) => void,
  ) {}

  note(session: Session, timeline: string, offset: number, epoch: string): void {
    const known = session.unsavedAcks?.get(timeline);
    if (known?.epoch === epoch && known.offset >= offset) return;
    session.unsavedAcks ??= new Map();
    session.unsavedAcks.set(timeline, { offset, epoch });
    this.dirty.add(session);
  }

  /** To be called every second. */
  async flush(): Promise<void> {
    await Promise.all([...this.dirty].map((session) => this.flushSession(session)));
  }

  async flushSession(session: Session): Promise<void> {
    this.dirty.delete(session);
    const acks = [...(session.unsavedAcks ?? [])].map(([timeline, ack]) => ({ timeline, ...ack }));
    session.unsavedAcks = undefined;
    if (acks.length === 0 || session.device === '') return;
    try {
      await this.registry.acknowledge(session.user, session.device, acks);
    } catch (error) {
      this.onError(error);
      if (session.isClosed) return;
      // What was acknowledged meanwhile is further on.
      session.unsavedAcks = new Map([...acks.map(unsaved), ...(session.unsavedAcks ?? [])]);
      this.dirty.add(session);
    }
  }
}

type Unsaved = [timeline: string, { offset: number; epoch: string }];

function unsaved({ timeline, offset, epoch }: { timeline: string; offset: number; epoch: string }): Unsaved {
  return [timeline, { offset, epoch }];
}
