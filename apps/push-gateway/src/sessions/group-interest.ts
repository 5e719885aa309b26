/**
 * What Redis is told of this node's interest in groups: how many users follow a group here, and when nobody does any more.
 * Messages of a group are told to the nodes of its audience; attaching to a group enters the node there (group-follower.ts).
 */
import { groupInterest, type Keyspace, type ScriptRunner } from '@fanfare/redis-scripts';
import type { LocalTimeline } from './local-timeline.js';
import type { SessionHub } from './session-hub.js';

/** The others come with the next second. */
const RECOUNTS_AT_ONCE = 1024;

export class GroupInterest {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly hub: SessionHub,
    private readonly node: () => string,
  ) {}

  /** Where somebody has come to follow the group anew meanwhile, the interest is theirs. */
  async release(timeline: LocalTimeline): Promise<void> {
    if (timeline.kind !== 'group' || this.hub.timelines.has(timeline.name)) return;
    const { home, audience } = timeline.keys;
    this.hub.noteReleased(home, `group\t${timeline.id}`);
    const holdings = this.keys.nodeHoldings(home, this.node());
    await groupInterest(
      this.scripts,
      { nodes: audience, holdings },
      { group: timeline.id, node: this.node(), users: 0 },
    );
  }

  /** Tells Redis how many users groups still have here; to be called every second. Joining tells it by itself. */
  async recount(): Promise<void> {
    const timelines = [...this.hub.recount].slice(0, RECOUNTS_AT_ONCE);
    for (const timeline of timelines) this.hub.recount.delete(timeline);
    await Promise.all(timelines.map((timeline) => this.tellCount(timeline)));
  }

  private async tellCount(timeline: LocalTimeline): Promise<void> {
    const { home, audience } = timeline.keys;
    const users = timeline.users.size;
    if (users === 0 || users === timeline.toldUsers || !this.hub.isHeld(home, `group\t${timeline.id}`)) return;
    const keys = { nodes: audience, holdings: this.keys.nodeHoldings(home, this.node()) };
    try {
      await groupInterest(this.scripts, keys, { group: timeline.id, node: this.node(), users });
      timeline.toldUsers = users;
    } catch (error) {
      this.hub.recount.add(timeline);
      throw error;
    }
  }
}
