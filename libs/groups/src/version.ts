/**
 * The version of a membership change: the id of its record (a stream id, "ms-sequence") as one integer that orders as
 * the ids do. 1,024 changes a millisecond is more than a server can record; exact in a double until the year 2248.
 */
const PER_MS = 1024;

export function versionOf(recordId: string): number {
  const [ms = '0', sequence = '0'] = recordId.split('-');
  return Number(ms) * PER_MS + Math.min(Number(sequence), PER_MS - 1);
}

/** When the change was recorded, ms. */
export const recordedAt = (version: number): number => Math.floor(version / PER_MS);

export const olderThan = (version: number, ms: number): number => Math.max(0, version - ms * PER_MS);
