/**
 * How old live messages are when this node hands them to their sessions, over the last minute: now minus the time in the
 * message's id (UUIDv7), which the process that accepted it put there. So it is wrong by what the clocks of two machines
 * differ. One count for each publication, however many sessions it goes to; on the hot path, so nothing is parsed.
 */

/** Upper bounds in ms. A message beyond them had been scheduled: it counts from when it was accepted. */
const BOUNDS_MS = [
  ...[1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 500, 800],
  ...[1200, 2000, 3000, 5000, 8000, 12_000, 20_000, 30_000, 60_000],
];
const SLOT_MS = 5000;
const SLOTS = 12;
/** `{"id":"01a1fb7c-2360-…`: where the time stands in a message. */
const ID_AT = 7;
const TIME_LENGTH = 13;

interface Slot {
  number: number;
  readonly counts: number[];
}

export class DeliveryAges {
  private readonly slots: Slot[] = Array.from({ length: SLOTS }, () => ({ number: -1, counts: empty() }));

  constructor(private readonly clock: () => number = Date.now) {}

  /** @param body the message as JSON */
  note(body: Buffer): void {
    const time = body.toString('latin1', ID_AT, ID_AT + TIME_LENGTH);
    const at = Number.parseInt(time.slice(0, 8) + time.slice(9), 16);
    const now = this.clock();
    const age = now - at;
    if (Number.isNaN(age)) return;
    let index = 0;
    while (index < BOUNDS_MS.length && age > (BOUNDS_MS[index] ?? 0)) index += 1;
    const { counts } = this.slotAt(now);
    counts[index] = (counts[index] ?? 0) + 1;
  }

  /** By upper bound; those beyond all bounds as `older`. What did not occur is left out. */
  counts(): Record<string, number> {
    const oldest = Math.floor(this.clock() / SLOT_MS) - SLOTS;
    const current = this.slots.filter(({ number }) => number > oldest);
    const sums = empty().map((_, index) => current.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0));
    return Object.fromEntries(
      sums.flatMap((sum, index) => (sum === 0 ? [] : [[String(BOUNDS_MS[index] ?? 'older'), sum]])),
    );
  }

  private slotAt(now: number): Slot {
    const number = Math.floor(now / SLOT_MS);
    const slot = this.slots[number % SLOTS] as Slot; // SLOTS of them
    if (slot.number !== number) {
      slot.number = number;
      slot.counts.fill(0);
    }
    return slot;
  }
}

const empty = (): number[] => new Array<number>(BOUNDS_MS.length + 1).fill(0);
