/** Percentiles of counts by upper bound: the bound below which that part of them lies, so at most one step too high. */
type Counts = Readonly<Record<string, number>>;

const bounds = (counts: Counts): [number, number][] =>
  Object.entries(counts)
    .map(([bound, count]): [number, number] => [Number(bound), count])
    .filter(([bound]) => !Number.isNaN(bound))
    .sort(([one], [other]) => one - other);

export function countOf(counts: Counts): number {
  return bounds(counts).reduce((sum, [, count]) => sum + count, 0);
}

/** @param part 0 to 1; null where there is nothing */
export function percentile(counts: Counts, part: number): number | null {
  const wanted = Math.ceil(countOf(counts) * part);
  let seen = 0;
  for (const [bound, count] of bounds(counts)) {
    seen += count;
    if (count > 0 && seen >= wanted) return bound;
  }
  return null;
}
