/**
 * Ids of messages: UUIDv7 (RFC 9562), so that they sort by the time at which they were made. Random bytes are drawn many
 * at a time, because asking the system for 16 costs as much as all the rest of accepting a message's id.
 */
import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const RANDOM_BYTES = 16;
const pool = new Uint8Array(RANDOM_BYTES * 512);
let used = pool.length;

export function newMessageId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return v7({ random: pool.subarray(used - RANDOM_BYTES, used) });
}
