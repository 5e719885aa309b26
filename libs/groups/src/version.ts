/**
 * The version of a membership change: a stream id ("ms-sequence") as one integer that orders as the ids do. It is the id
 * of the request where there is one, because a request may be carried out twice, by a replica that was stopped and by the
 * one that took it over, and the second time, whenever that is, must not undo what was asked later; else it is the id of
 * the record. 1,024 changes a millisecond is more than a server can record; exact in a double until the year 2109.
 */
const PER_MS = 2048;
const MAX_SEQUENCE = 1023;

/** @param step 1 for what follows from the change with step 0, and comes after it */
export function versionOf(id: string, step: 0 | 1 = 0): number {
  const [ms = '0', sequence = '0'] = id.split('-');
  return Number(ms) * PER_MS + Math.min(Number(sequence), MAX_SEQUENCE) * 2 + step;
}

export const nextStep = (version: number): number => version + 1;

/** When the change was recorded, ms. */
export const recordedAt = (version: number): number => Math.floor(version / PER_MS);

export const olderThan = (version: number, ms: number): number => Math.max(0, version - ms * PER_MS);
