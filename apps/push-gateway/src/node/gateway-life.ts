/** The gateway's life in its service: opened before it listens, its loops, its metrics, and its end. */
import { closeCodes } from '@fanfare/contracts';
import { Announcements } from '@fanfare/redis-transport';
import { Loops, Metrics, Readiness, SETTINGS, type Settings, Totals } from '@fanfare/service-kit';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { serverFrame } from '../frames/server-frame.js';
import { Admission } from '../sessions/admission.js';
import { ConnectionWatch } from '../sockets/connection-watch.js';
import { isWritingTogether } from '../sockets/outbox.js';
import { GatewayReport } from './gateway-report.js';
import { GatewayRuntime } from './gateway-runtime.js';

const CHECK_LINKS_MS = 5000;
const SECOND = 1000;
const RENEWALS_PER_LEASE = 3;

@Injectable()
export class GatewayLife implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly report: GatewayReport;

  constructor(
    @Inject(GatewayRuntime) private readonly runtime: GatewayRuntime,
    @Inject(ConnectionWatch) private readonly watch: ConnectionWatch,
    @Inject(Admission) private readonly admission: Admission,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Readiness) private readonly readiness: Readiness,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Announcements) private readonly announcements: Announcements,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(Totals) private readonly totals: Totals,
  ) {
    this.report = new GatewayReport(runtime, watch);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { node, acks, groups } = this.runtime;
    await node.open();
    this.readiness.register('node', () => {
      if (!node.isOpen) throw new Error('the node has no lease');
    });
    this.loops.every(this.settings.leaseMs / RENEWALS_PER_LEASE, 'lease', () => node.renew());
    this.loops.every(CHECK_LINKS_MS, 'links', () => node.checkLinks());
    this.loops.every(SECOND, 'acks', () => acks.flush());
    this.loops.every(SECOND, 'users of groups', async () => (node.isOpen ? groups.interest.recount() : undefined));
    this.loops.every(SECOND, 'report', () => this.tell());
    this.loops.every(Math.min(SECOND, this.settings.pingMs / 2), 'watch', async () => this.watch.look());
    this.loops.every(SECOND, 'line of connects', async () => this.admission.look());
    this.addMetrics();
  }

  /** Sessions are told to come back elsewhere, spread over the window, then closed; then the lease is given up. */
  async beforeApplicationShutdown(): Promise<void> {
    const { hub, node, catchUp } = this.runtime;
    this.watch.isClosed = true;
    this.admission.end();
    for (const session of hub.sessions) {
      const afterMs = Math.round(Math.random() * this.settings.drainMs);
      if (session.isConnected) session.transport.send(serverFrame('reconnect', { afterMs }));
    }
    const deadline = performance.now() + this.settings.drainMs;
    while (hub.sessions.size > 0 && performance.now() < deadline) await pause();
    await this.watch.closeAll(closeCodes.restarting, 'the gateway stops; reconnect');
    catchUp.close();
    await Promise.all([node.close(), this.announcements.whenTold()]);
  }

  private tell(): Promise<void> {
    const delivered = this.report.newlyDelivered();
    if (delivered > 0) this.totals.count('delivered', delivered);
    return this.report.tell();
  }

  private addMetrics(): void {
    const { hub, node, catchUp, publications } = this.runtime;
    const gauge = (name: string, help: string, read: () => number): void => {
      this.metrics.gauge(name, help, { collect: (one) => one.set(read()) });
    };
    gauge('fanfare_gateway_connections', 'Open WebSockets', () => this.watch.connections.size);
    gauge('fanfare_gateway_sessions', 'Open sessions', () => hub.sessions.size);
    gauge('fanfare_gateway_connects_waiting', 'Connects that wait in line', () => this.admission.waiting);
    gauge('fanfare_gateway_connects_opening', 'Connects that are being carried out', () => this.admission.underway);
    gauge('fanfare_gateway_connects_refused', 'Connects that were told to come back', () => this.admission.refused);
    gauge('fanfare_gateway_delivered', 'Messages written to sessions', () => hub.deliveries.count);
    gauge('fanfare_gateway_timelines', 'Timelines that sessions here follow', () => hub.timelines.size);
    gauge('fanfare_gateway_link_gaps', 'Gaps found on links since the node id began', () => node.gaps);
    gauge('fanfare_gateway_pages_read', 'Pages read for sessions that caught up', () => catchUp.pagesRead);
    gauge('fanfare_gateway_native_writes', 'Whether many sockets are written to in one call', () =>
      Number(isWritingTogether()),
    );
    gauge(
      'fanfare_gateway_messages',
      'Messages received for timelines followed here',
      () => publications.counts.messages,
    );
    gauge(
      'fanfare_gateway_ephemeral_dropped',
      'Ephemeral messages not handed to sessions that were behind',
      () => publications.counts.ephemeralDropped,
    );
  }
}

const PAUSE_MS = 50;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
