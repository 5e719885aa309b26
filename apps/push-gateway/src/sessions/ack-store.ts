/**
 * Stores what devices acknowledged: at most once a second per session, and when it closes. Devices of users of one
 * partition share a call. What could not be stored is tried again with the next second; acknowledgements only move
 * forward, so a repetition changes nothing.
 */
import type { Keyspace, PartitionKeys } from '@fanfare/redis-scripts';
import type { Acknowledged, SessionRegistry } from '@fanfare/roster';
import type { Session } from './session.js';

interface Position {
  readonly offset: number;
  readonly epoch: string;
}

/** Keeps a call short for Redis. */
const SESSIONS_PER_CALL = 64;

export class AckStore {
  /** Acknowledged and not yet stored, by timeline. */
  private readonly unsaved = new Map<Session, Map<string, Position>>();

  constructor(
    private readonly registry: SessionRegistry,
    private readonly keys: Keyspace,
    private readonly onError: (error: unknown) => void,
  ) {}

  note(session: Session, timeline: string, offset: number, epoch: string): void {
    if (session.device === '') return;
    const positions = this.unsaved.get(session) ?? new Map<string, Position>();
    const known = positions.get(timeline);
    if (known?.epoch === epoch && known.offset >= offset) return;
    this.unsaved.set(session, positions.set(timeline, { offset, epoch }));
  }

  /** To be called every second. */
  async flush(): Promise<void> {
    await Promise.all(this.chunksByPartition().map((sessions) => this.store(sessions)));
  }

  async flushSession(session: Session): Promise<void> {
    if (this.unsaved.has(session)) await this.store([session]);
  }

  private chunksByPartition(): Session[][] {
    const open = new Map<PartitionKeys, Session[]>();
    const chunks: Session[][] = [];
    for (const session of this.unsaved.keys()) {
      const home = this.keys.homeOf('user', session.user);
      let chunk = open.get(home);
      if (!chunk || chunk.length === SESSIONS_PER_CALL) {
        chunk = [];
        open.set(home, chunk);
        chunks.push(chunk);
      }
      chunk.push(session);
    }
    return chunks;
  }

  private async store(sessions: readonly Session[]): Promise<void> {
    const taken = sessions.map((session) => ({ session, positions: this.take(session) }));
    try {
      await this.registry.acknowledge(taken.flatMap(({ session, positions }) => acknowledged(session, positions)));
    } catch (error) {
      this.onError(error);
      for (const { session, positions } of taken) this.keep(session, positions);
    }
  }

  private take(session: Session): ReadonlyMap<string, Position> {
    const positions = this.unsaved.get(session) ?? new Map<string, Position>();
    this.unsaved.delete(session);
    return positions;
  }

  /** Unless it went further meanwhile. */
  private keep(session: Session, positions: ReadonlyMap<string, Position>): void {
    if (session.isClosed) return;
    const newer = this.unsaved.get(session) ?? [];
    this.unsaved.set(session, new Map([...positions, ...newer]));
  }
}

function acknowledged({ user, device }: Session, positions: ReadonlyMap<string, Position>): Acknowledged[] {
  return [...positions].map(([timeline, { offset, epoch }]) => ({ user, device, timeline, offset, epoch }));
}
