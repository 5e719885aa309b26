/**
 * Which partition owns an id, and which hash tag a partition has. Tags are chosen so that the P partitions lie evenly
 * over the 16,384 slots of Redis Cluster: each takes the middle slot of its share.
 */
import keySlot from 'cluster-key-slot';
import { encodeId } from './encode.js';

const SLOTS = 16_384;

export type OwnerKind = 'user' | 'group' | 'topic';

/** `crc16(kind/id) mod P`; P divides the slot count, so the slot number keeps the remainder. */
export function partitionOf(kind: OwnerKind, id: string, partitions: number): number {
  return keySlot(`${kind}/${encodeId(id)}`) % partitions;
}

/**
 * The hash tag of each partition: the smallest number whose slot is the wanted one.
 *
 * @throws RangeError unless `partitions` is a power of two from 1 to 16,384.
 */
export function partitionTags(partitions: number): string[] {
  if (!isPartitionCount(partitions)) {
    throw new RangeError(`partitions must be a power of two from 1 to ${SLOTS}, not ${partitions}`);
  }
  const share = SLOTS / partitions;
  const tags = new Array<string>(partitions);
  let missing = partitions;
  for (let candidate = 0; missing > 0; candidate += 1) {
    const tag = String(candidate);
    const offset = keySlot(tag) - Math.floor(share / 2);
    if (offset % share !== 0 || tags[offset / share] !== undefined) continue;
    tags[offset / share] = tag;
    missing -= 1;
  }
  return tags;
}

export function isPartitionCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= SLOTS && (value & (value - 1)) === 0;
}
