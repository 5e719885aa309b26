/** The two loops of the presence service, each a second apart, what they count, and `user.offline` for listeners. */
import { userOffline } from '@fanfare/contracts';
import { Announcements } from '@fanfare/redis-transport';
import { Evictor, Settler } from '@fanfare/roster';
import { Loops, Metrics } from '@fanfare/service-kit';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';

const EVERY_MS = 1000;

@Injectable()
export class Sweeps implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeps');
  private readonly alive;
  private readonly evictions;
  private readonly offline;

  constructor(
    @Inject(Evictor) private readonly evictor: Evictor,
    @Inject(Settler) private readonly settler: Settler,
    @Inject(Announcements) private readonly announcements: Announcements,
    private readonly loops: Loops,
    metrics: Metrics,
  ) {
    this.alive = metrics.gauge('fanfare_nodes', 'Gateways that hold a lease');
    this.evictions = metrics.counter('fanfare_node_evictions_total', 'Dead gateways whose sessions were undone');
    this.offline = metrics.counter('fanfare_users_offline_total', 'Users who went offline after their grace');
  }

  onApplicationBootstrap(): void {
    this.loops.every(EVERY_MS, 'eviction of dead nodes', () => this.evict());
    this.loops.every(EVERY_MS, 'settling of those who left', () => this.settle());
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.announcements.whenTold();
  }

  private async evict(): Promise<void> {
    const { alive, evicted } = await this.evictor.sweep();
    this.alive.set(alive);
    this.evictions.inc(evicted.length);
    for (const node of evicted) this.logger.warn({ msg: 'a gateway died; its sessions were undone', node });
  }

  private async settle(): Promise<void> {
    const tell = (user: string): void => this.announcements.tell(userOffline, { user, at: Date.now() });
    this.offline.inc(await this.settler.sweep(tell));
  }
}
