/**
 * Which partition owns an id, and which hash tag a partition has. Tags are chosen so that the P partitions lie evenly
 * over the 16,384 slots of Redis Cluster: each takes the middle slot of its share.
 */
import keySlot from 'cluster-key-slot';
import { encodeId } from './encode.js';

const SLOTS = 16_384;

export type OwnerKind = 'user' | 'group' | 'topic';

/** CRC-16/XMODEM of each byte: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ appendix A */
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

function crc16(text: string, start: number): number {
  let crc = start;
  for (let at = 0; at < text.length; at += 1) {
    crc = ((crc << 8) & 0xffff) ^ (CRC16[((crc >> 8) ^ text.charCodeAt(at)) & 0xff] ?? 0);
  }
  return crc;
}

const BEGUN: Record<OwnerKind, number> = {
  user: crc16('user/', 0),
  group: crc16('group/', 0),
  topic: crc16('topic/', 0),
};

/**
 * `crc16(kind/id) mod P`; P divides the slot count, so the slot number keeps the remainder. Encoded ids are ASCII without
 * braces, so this is what `keySlot` answers, at a tenth of its time: lists ask for 100,000 users.
 */
export function partitionOf(kind: OwnerKind, id: string, partitions: number): number {
  return crc16(encodeId(id), BEGUN[kind]) % partitions;
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
