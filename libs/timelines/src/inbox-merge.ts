/**
 * Merges pages of several timelines, newest first. The merge stops where a source that has more runs out, because what
 * follows in it may be newer than what the others still hold.
 */
import { storedAt } from './entry.js';
import type { FoundEntry, SourcePage } from './inbox-source.js';
import { encodeCursor } from './page-cursor.js';
import type { StoredMessage, StoredPage } from './stored-page.js';

interface Lane {
  readonly page: SourcePage;
  next: number;
}

/**
 * Where a merged page begins: at messages stored at `until` (ms, 0 for the newest) or before, and in the timelines that
 * had some in that millisecond, below the offset already given.
 */
export interface MergeStart {
  readonly until: number;
  readonly below: Readonly<Record<string, number>>;
}

/** @param maxBytes of the stored messages; one that is larger comes alone */
export function mergePages(
  pages: readonly SourcePage[],
  limit: number,
  start: MergeStart,
  maxBytes = Infinity,
): StoredPage {
  const lanes: Lane[] = pages.map((page) => ({ page, next: 0 }));
  const messages: StoredMessage[] = [];
  let last = { at: start.until, below: start.below };
  let bytes = 0;
  let isComplete = false;
  while (messages.length < limit) {
    if (lanes.some((lane) => isDry(lane))) break;
    const lane = newestLane(lanes);
    const entry = lane && head(lane);
    if (!lane || !entry) {
      isComplete = true;
      break;
    }
    bytes += entry.entry.length;
    if (bytes > maxBytes && messages.length > 0) break;
    const at = storedAt(entry.entry);
    last = { at, below: { ...(at === last.at ? last.below : {}), [lane.page.timeline]: entry.offset } };
    messages.push({ source: lane.page, ...entry });
    lane.next += 1;
  }
  if (isComplete || lanes.every((lane) => !head(lane) && !lane.page.hasMore)) return { messages, cursor: null };
  return {
    messages,
    cursor: encodeCursor(messages.length > 0 ? { until: last.at, below: last.below } : skipped(lanes, start)),
  };
}

/** Nothing to hand out although more follows (all of it read or expired): the next page begins where this one looked. */
function skipped(lanes: readonly Lane[], start: MergeStart): { until: number; below: Record<string, number> } {
  const below = lanes.filter((lane) => isDry(lane)).map(({ page }) => [page.timeline, page.reached] as const);
  return { until: start.until, below: { ...start.below, ...Object.fromEntries(below) } };
}

const head = (lane: Lane): FoundEntry | undefined => lane.page.found[lane.next];
const isDry = (lane: Lane): boolean => !head(lane) && lane.page.hasMore;

function newestLane(lanes: readonly Lane[]): Lane | undefined {
  let newest: Lane | undefined;
  let newestAt = -1;
  for (const lane of lanes) {
    const entry = head(lane);
    if (!entry) continue;
    const at = storedAt(entry.entry);
    if (at > newestAt) [newest, newestAt] = [lane, at];
  }
  return newest;
}
