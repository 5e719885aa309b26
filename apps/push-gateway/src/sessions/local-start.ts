/**
 * Where a device goes on in a timeline that this node holds, as `group/attach` and `timeline/start` would answer it, from
 * memory: undefined wherever that is not certain, so that Redis is asked.
 */
import type { LocalTimeline } from './local-timeline.js';
import type { Standing } from './standing.js';

/** Positions as they are stored, "offset epoch" or ''; `seen` is offsets read individually, "offset@epoch". */
export interface StartRequest {
  readonly resume: string;
  readonly device: string;
  readonly read: string;
  readonly join: string;
  readonly seen: string;
}

export interface LocalStart {
  readonly epoch: string;
  readonly head: number;
  readonly read: number;
  readonly unread: number;
  readonly floor: number;
  readonly from: number;
}

/** From a read cursor no more is sent at once; beyond it Redis says so with a reset. */
const NEWEST_UNREAD = 100;

export function localStart(timeline: LocalTimeline, request: StartRequest): LocalStart | undefined {
  const { standing } = timeline;
  if (!standing?.isFresh) return undefined;
  const { epoch, head, first } = standing;
  const floor = offsetIn(epoch, request.join);
  const stored = offsetIn(epoch, request.read);
  const seen = seenIn(epoch, request.seen);
  if (floor === undefined || stored === undefined || seen === undefined) return undefined;
  const read = Math.max(stored, floor);
  const position = request.resume === '' ? request.device : request.resume;
  const from = startOf(epoch, position, read, floor);
  if (from === undefined || from > head || from < first - 1) return undefined;
  if (position === '' && head - from > NEWEST_UNREAD) return undefined;
  if (from < head && !timeline.framesAfter(epoch, from)) return undefined;
  const unread = unreadAfter(timeline, standing, read, seen);
  return unread === undefined ? undefined : { epoch, head, read, unread, floor, from };
}

/** By the rules of lua/includes/gone.lua; undefined where what is here does not say. */
function unreadAfter(
  timeline: LocalTimeline,
  { epoch, head, first, isPlain }: Standing,
  read: number,
  seen: ReadonlySet<number>,
): number | undefined {
  const base = Math.max(read, first - 1);
  if (base >= head) return 0;
  if (isPlain) return head - base - [...seen].filter((offset) => offset > base && offset <= head).length;
  const frames = timeline.framesAfter(epoch, base);
  if (frames?.length !== head - base) return undefined;
  const now = Date.now();
  return frames.filter(({ offset, expiresAt }) => (expiresAt === 0 || expiresAt > now) && !seen.has(offset)).length;
}

function startOf(epoch: string, position: string, read: number, floor: number): number | undefined {
  if (position === '') return Math.max(read, floor);
  const offset = offsetIn(epoch, position);
  return offset === undefined ? undefined : Math.max(offset, floor);
}

/** undefined for an offset of another numbering, which only Redis can place. */
function offsetIn(epoch: string, position: string): number | undefined {
  if (position === '') return 0;
  const at = position.indexOf(' ');
  return position.slice(at + 1) === epoch ? Number(position.slice(0, at)) : undefined;
}

function seenIn(epoch: string, list: string): Set<number> | undefined {
  const seen = new Set<number>();
  for (const mark of list === '' ? [] : list.split(',')) {
    const [offset, of] = mark.split('@');
    if (of !== epoch) return undefined;
    seen.add(Number(offset));
  }
  return seen;
}
