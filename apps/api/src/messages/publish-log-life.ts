/** The publish log in its service: its metric, and what was noted last is written before Redis is closed. */
import { PublishLog } from '@fanfare/jobs';
import { Metrics } from '@fanfare/service-kit';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';

@Injectable()
export class PublishLogLife implements BeforeApplicationShutdown {
  constructor(
    @Inject(PublishLog) private readonly log: PublishLog,
    metrics: Metrics,
  ) {
    metrics.gauge('fanfare_publish_log_dropped', 'Accepted messages that the publish log lacks since this start', {
      collect: (gauge) => gauge.set(log.dropped),
    });
  }

  /** Requests that are answered after this are written one by one. */
  beforeApplicationShutdown(): Promise<void> {
    return this.log.flush();
  }
}
