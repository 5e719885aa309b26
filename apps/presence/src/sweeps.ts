/** The two loops of the presence service, each a second apart, what they count, and `user.offline` for listeners. */
import { userOffline } from '@fanfare/contracts';
import { publishEvent, RedisTransportClient } from '@fanfare/redis-transport';
import { Evictor, Settler } from '@fanfare/roster';
import { Loops, Metrics } from '@fanfare/service-kit';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';

const EVERY_MS = 1000;

@Injectable()
export class Sweeps implements OnApplicationBootstrap {
  private readonly logger = new Logger('Sweeps');
  private readonly alive;
  private readonly evictions;
  private readonly offline;

  constructor(
    @Inject(Evictor) private readonly evictor: Evictor,
    @Inject(Settler) private readonly settler: Settler,
    @Inject(RedisTransportClient) private readonly events: RedisTransportClient,
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

  private async evict(): Promise<void> {
    const { alive, evicted } = await this.evictor.sweep();
    this.alive.set(alive);
    this.evictions.inc(evicted.length);
    for (const node of evicted) this.logger.warn({ msg: 'a gateway died; its sessions were undone', node });
  }

  private async settle(): Promise<void> {
    const left: string[] = [];
    this.offline.inc(await this.settler.sweep((user) => left.push(user)));
    const at = Date.now();
    for (const user of left) await publishEvent(this.events, userOffline, { user, at });
  }
}
