/**
 * Sends what operators look at to the user CONSOLE_USER while that user has a session: about every 2 s one message with
 * the stats and one with the nodes, both ephemeral.
 *
 * While nobody watches nothing is sent and nothing is looked at but that user's presence, in one small read. Of several
 * apis one sends: whoever gets the turn, which ends by itself. A Redis that is away is logged once, until it is back.
 */
import { CONSOLE_USER, NODES_MESSAGE, STATS_MESSAGE } from '@fanfare/contracts';
import { consoleTurn, type Keyspace, type ScriptRunner } from '@fanfare/redis-scripts';
import type { Presence } from '@fanfare/roster';
import type { Publisher } from '@fanfare/timelines';
import type { Overview } from './overview.js';

export interface ConsoleFeedParts {
  readonly scripts: ScriptRunner;
  readonly keys: Keyspace;
  readonly presence: Pick<Presence, 'query'>;
  readonly overview: Pick<Overview, 'stats' | 'nodes'>;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly onTrouble: (error: Error) => void;
}

export const FEED_EVERY_MS = 2000;
/** A little less, so that the one that had the turn has it again at its next look. */
const TURN_MS = 1800;
/** A message has its limits; who has more gateways asks the endpoint. */
const NODES_SENT = 100;

export class ConsoleFeed {
  private isTroubled = false;

  constructor(private readonly parts: ConsoleFeedParts) {}

  /** To be called every FEED_EVERY_MS. Never rejects. @returns whether something was sent */
  async tick(): Promise<boolean> {
    try {
      const isSent = (await this.isWatched()) && (await this.hasTurn());
      if (isSent) await this.send();
      this.isTroubled = false;
      return isSent;
    } catch (error) {
      if (!this.isTroubled) this.parts.onTrouble(error as Error);
      this.isTroubled = true;
      return false;
    }
  }

  /** By open sessions: who has just closed the last one is still online. */
  private async isWatched(): Promise<boolean> {
    const found = await this.parts.presence.query([CONSOLE_USER]);
    return (found[CONSOLE_USER]?.devices ?? 0) > 0;
  }

  private async hasTurn(): Promise<boolean> {
    const { scripts, keys } = this.parts;
    const { status } = await consoleTurn(scripts, { turn: keys.consoleTurn }, { ms: TURN_MS });
    return status === 'OK';
  }

  private async send(): Promise<void> {
    const { overview } = this.parts;
    const [stats, { nodes, ...others }] = await Promise.all([overview.stats(), overview.nodes()]);
    await Promise.all([
      this.publish(STATS_MESSAGE, stats),
      this.publish(NODES_MESSAGE, { ...others, nodes: nodes.slice(0, NODES_SENT) }),
    ]);
  }

  private publish(type: string, payload: object): Promise<unknown> {
    return this.parts.publisher.publish({ to: { user: CONSOLE_USER }, type, payload, ephemeral: true });
  }
}
