/** What operators see of this gateway: told beside its lease about once a second, and gone with it. */
import { hostname } from 'node:os';
import { VERSION } from '@fanfare/service-kit';
import type { ConnectionWatch } from '../sockets/connection-watch.js';
import type { GatewayRuntime } from './gateway-runtime.js';

const HOST = hostname();

export class GatewayReport {
  private readonly startedAt = Date.now();
  private deliveredBefore = 0;

  constructor(
    private readonly runtime: GatewayRuntime,
    private readonly watch: ConnectionWatch,
  ) {}

  async tell(): Promise<void> {
    const { node, hub, publications } = this.runtime;
    await node.report({
      startedAt: this.startedAt,
      sessions: hub.sessions.size,
      connections: this.watch.connections.size,
      delivered: hub.deliveries.count,
      linkSequence: node.linkSequence,
      gaps: node.gaps,
      version: VERSION,
      host: HOST,
      pid: process.pid,
      ages: publications.ages.counts(),
    });
  }

  /** Messages delivered since it was asked last. */
  newlyDelivered(): number {
    const { count } = this.runtime.hub.deliveries;
    const news = count - this.deliveredBefore;
    this.deliveredBefore = count;
    return news;
  }
}
