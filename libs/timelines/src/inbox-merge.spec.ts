// The merge of several timelines against a model: whatever the pages of the sources are cut to, and however many
// messages were stored in the same millisecond, all of them come once, newest first.
import fc from 'fast-check';
import { mergePages, type MergeStart } from './inbox-merge.js';
import type { FoundEntry, SourcePage } from './inbox-source.js';
import { decodeCursor } from './page-cursor.js';
import type { StoredMessage } from './stored-page.js';

const names = ['user:a', 'group:g', 'group:h', 'all'] as const;

/** Times of storing by offset, oldest first. Few different ones, so that many are the same. */
const lane = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 }).map((times) => times.sort((a, b) => a - b));
const lanes = fc.tuple(lane, lane, lane, lane);

function entry(at: number): Buffer {
  const header = Buffer.alloc(7);
  header.writeUIntBE(at, 0, 6);
  return Buffer.concat([header, Buffer.from('{}')]);
}

/** A page of one lane, as timeline/page answers it, cut to `size` entries looked at; `hidden` ones are passed over. */
function sourcePage(
  name: string,
  times: readonly number[],
  start: MergeStart,
  size: number,
  hidden: number,
): SourcePage {
  const below = start.below[name] ?? Infinity;
  const fit = times.flatMap((at, index) =>
    (start.until > 0 && at > start.until) || index + 1 >= below ? [] : [index + 1],
  );
  const looked = fit.slice(-size).reverse();
  const found: FoundEntry[] = looked
    .filter((offset) => offset % hidden !== 0)
    .map((offset) => ({ offset, entry: entry(times[offset - 1] ?? 0) }));
  const reached = looked.at(-1) ?? 1;
  return { timeline: name, epoch: 'e', read: 0, seen: new Set(), found, reached, hasMore: fit.length > size };
}

function walk(
  all: readonly (readonly number[])[],
  limit: number,
  sizes: readonly number[],
  hidden: number,
  remember: (start: MergeStart) => MergeStart = (start) => start,
): StoredMessage[] {
  const messages: StoredMessage[] = [];
  let start: MergeStart = { until: 0, below: {} };
  for (let pages = 0; pages < 1000; pages += 1) {
    const sources = all.map((times, index) => sourcePage(names[index] ?? '', times, start, sizes[index] ?? 1, hidden));
    const page = mergePages(sources, limit, start);
    messages.push(...page.messages);
    if (page.cursor === null) return messages;
    const next = decodeCursor(page.cursor);
    if (!('until' in next)) throw new Error('a cursor of another kind');
    start = remember(next);
  }
  throw new Error('pages without an end');
}

const size = fc.integer({ min: 1, max: 14 });
const sizes = fc.array(size, { minLength: 4, maxLength: 4 });

test('pages hold every message once, newest first', () => {
  fc.assert(
    fc.property(
      lanes,
      fc.integer({ min: 1, max: 20 }),
      sizes,
      fc.integer({ min: 2, max: 99 }),
      (all, limit, cut, hidden) => {
        const messages = walk(all, limit, cut, hidden);
        const expected = all.flatMap((times, index) =>
          times.flatMap((_, at) => ((at + 1) % hidden === 0 ? [] : [`${names[index]} ${at + 1}`])),
        );
        expect(messages.map(({ source, offset }) => `${source.timeline} ${offset}`).sort()).toEqual(expected.sort());
        const times = messages.map(
          ({ source, offset }) => all[names.indexOf(source.timeline as 'all')]?.[offset - 1] ?? 0,
        );
        expect(times).toEqual([...times].sort((a, b) => b - a));
      },
    ),
    { numRuns: 500 },
  );
});

test('a page is never longer than its limit, and only the last one has no cursor', () => {
  const times = [1, 1, 1, 1, 1];
  const page = mergePages([sourcePage('all', times, { until: 0, below: {} }, 9, 99)], 2, { until: 0, below: {} });
  expect(page.messages.map(({ offset }) => offset)).toEqual([5, 4]);
  expect(page.cursor).not.toBeNull();
});

test('a page ends before it has more bytes than it may, and the next one goes on there', () => {
  const start: MergeStart = { until: 0, below: {} };
  const sources = (from: MergeStart) => [sourcePage('all', [1, 2, 3, 4, 5], from, 9, 99)];
  const bytes = entry(1).length;
  const first = mergePages(sources(start), 50, start, 2 * bytes);
  expect(first.messages.map(({ offset }) => offset)).toEqual([5, 4]);
  const next = decodeCursor(first.cursor ?? '') as MergeStart;
  expect(mergePages(sources(next), 50, next, 1).messages.map(({ offset }) => offset)).toEqual([3]);
});

test('control: a cursor that knows only the time never gets past a millisecond with more messages than a page', () => {
  const times = [1, 1, 1, 1, 1];
  const next = (start: MergeStart): MergeStart => ({ ...start, below: {} });
  expect(() => walk([times], 2, [9], 99, next)).toThrow('pages without an end');
});

test('nothing at all is an empty page and the end', () => {
  expect(mergePages([], 10, { until: 0, below: {} })).toEqual({ messages: [], cursor: null });
});
