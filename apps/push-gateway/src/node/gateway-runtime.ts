/** Puts the parts of the gateway together. Nothing here decides. */
import type { Keyspace, RedisConnection, ScriptRunner } from '@fanfare/redis-scripts';
import { SessionRegistry } from '@fanfare/roster';
import { Inbox, ReadCursors } from '@fanfare/timelines';
import { Logger } from '@nestjs/common';
import { Publications } from '../live/publications.js';
import { AckStore } from '../sessions/ack-store.js';
import { CatchUp } from '../sessions/catch-up.js';
import { DeviceSessions } from '../sessions/device-sessions.js';
import { GroupFollower } from '../sessions/group-follower.js';
import { InboxPages } from '../sessions/inbox-pages.js';
import { SessionHub } from '../sessions/session-hub.js';
import { SessionOpener } from '../sessions/session-opener.js';
import { GatewayNode } from './gateway-node.js';
import { Repair } from './repair.js';

export interface RuntimeSettings {
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly pingMs: number;
  readonly retentionAgeMs: number;
}

const HIGH_WATER_BYTES = 256 * 1024;

export class GatewayRuntime {
  readonly hub: SessionHub;
  readonly node: GatewayNode;
  readonly acks: AckStore;
  readonly catchUp: CatchUp;
  readonly publications: Publications;
  readonly sessions: DeviceSessions;
  readonly groups: GroupFollower;
  private readonly logger = new Logger('Gateway');

  /** @param onOnline is told of each user whose first session was opened */
  constructor(
    connection: RedisConnection,
    scripts: ScriptRunner,
    keys: Keyspace,
    settings: RuntimeSettings,
    onOnline: (user: string) => void = () => undefined,
  ) {
    const onError = (what: string, error: unknown): void => this.logger.warn({ msg: what, err: error });
    const nodeId = (): string => this.node.id;
    // State outlives the messages it counts.
    const registry = new SessionRegistry(scripts, keys, settings.retentionAgeMs * 2);
    const cursors = new ReadCursors(scripts, keys);
    this.hub = new SessionHub(keys);
    const groups = new GroupFollower(scripts, keys, this.hub, nodeId);
    this.groups = groups;
    const opener = new SessionOpener(scripts, keys, registry, cursors, this.hub, groups, nodeId, onOnline);
    const repair = new Repair(keys, this.hub, opener, groups);
    this.publications = new Publications(this.hub, groups, onError);
    const node = (): GatewayNode => this.node;
    this.catchUp = new CatchUp(scripts, node, {
      onError: (error) => onError('a session could not catch up yet', error),
    });
    this.acks = new AckStore(registry, keys, (error) => onError('acknowledgements could not be stored yet', error));
    this.node = new GatewayNode(connection, scripts, keys, this.hub, settings.leaseMs, {
      onPublication: (publication) => this.publications.handle(publication),
      onGapFound: repair.hold,
      onGap: repair.makeGood,
      onError,
    });
    this.sessions = new DeviceSessions(
      {
        hub: this.hub,
        opener,
        catchUp: this.catchUp,
        acks: this.acks,
        groups,
        registry,
        cursors,
        inbox: new InboxPages(new Inbox(scripts, keys, cursors)),
        node: this.node,
        onError,
      },
      { highWaterBytes: HIGH_WATER_BYTES, graceMs: settings.graceMs, pingMs: settings.pingMs },
    );
  }
}
