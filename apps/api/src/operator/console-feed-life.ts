/** The feed in its service: its loop, which ends before Redis is closed. */
import { Loops } from '@fanfare/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ConsoleFeed, FEED_EVERY_MS } from './console-feed.js';

@Injectable()
export class ConsoleFeedLife implements OnApplicationBootstrap {
  constructor(
    @Inject(ConsoleFeed) private readonly feed: ConsoleFeed,
    @Inject(Loops) private readonly loops: Loops,
  ) {}

  onApplicationBootstrap(): void {
    this.loops.every(FEED_EVERY_MS, 'console', () => this.feed.tick());
  }
}
