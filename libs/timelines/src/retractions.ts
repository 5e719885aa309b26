/**
 * Takes back what was published: the entry becomes a tombstone that keeps its offset, sessions that were sent it are told,
 * and nobody gets it any more. The message is found by the time in its id (UUIDv7), entry by entry in bounded calls.
 */
import { parseTimeline, Problem } from '@fanfare/contracts';
import { type Keyspace, type ScriptRunner, timelineRetract } from '@fanfare/redis-scripts';
import { timelineKeysOf } from './cursors.js';

/** By how much the clock that made an id may be ahead of that of Redis. */
const CLOCKS_APART_MS = 60_000;
const ENTRIES_PER_CALL = 512;
const BYTES_PER_CALL = 256 * 1024;
/** Hex digits of the time in a UUIDv7, without its hyphen. */
const TIME_DIGITS = 12;

export class Retractions {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /**
   * A repetition changes nothing, for as long as the message would have been kept.
   *
   * @throws Problem not_found where the timeline has no such message (any more), group_unknown
   */
  async retract(id: string, timeline: string): Promise<void> {
    const keys = timelineKeysOf(this.keys, timeline);
    if (!keys) throw unknown(id, timeline);
    const { home, log, state, gone, ttl, audience } = keys;
    const since = Math.max(0, timeOf(id) - CLOCKS_APART_MS);
    // A message that had to wait, in a job, was stored long after its id was made: all that came later is looked at.
    for (let from = 0; ;) {
      const reply = await timelineRetract(
        this.scripts,
        { part: home.part, links: home.links, log, state, gone, ttl, audience },
        { timeline, id: id.toLowerCase(), since, from, limit: ENTRIES_PER_CALL, maxBytes: BYTES_PER_CALL },
      );
      if (reply.status === 'OK' || reply.status === 'ALREADY') return;
      if (reply.status !== 'MORE') throw reply.status === 'UNKNOWN' ? noTimeline(timeline) : unknown(id, timeline);
      from = reply.next;
    }
  }
}

function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, TIME_DIGITS), 16);
}

function unknown(id: string, timeline: string): Problem {
  return new Problem('not_found', `${timeline} has no message ${id}, or does not keep it any more`);
}

function noTimeline(timeline: string): Problem {
  const { kind, id } = parseTimeline(timeline) ?? { kind: 'all', id: '' };
  if (kind === 'group') return new Problem('group_unknown', `there is no group ${JSON.stringify(id)}`);
  return new Problem('not_found', `nothing was ever sent to ${timeline}`);
}
