/** Reads the header of a stored entry (lua/includes/entry.lua packs it). */
const TAG_AT = 6;
const PRIORITY_BITS = 0b11;
const TAG_EXPIRES = 0b100;
const PLAIN_BYTES = 7;
const EXPIRING_BYTES = 13;

/** ms */
export const storedAt = (entry: Buffer): number => entry.readUIntBE(0, 6);
/** ms, 0 for never */
export const expiresAt = (entry: Buffer): number =>
  entry.readUInt8(TAG_AT) & TAG_EXPIRES ? entry.readUIntBE(PLAIN_BYTES, 6) : 0;
export const priorityOf = (entry: Buffer): number => entry.readUInt8(TAG_AT) & PRIORITY_BITS;

/** The message as JSON text: a view, nothing is copied. */
export const messageBytes = (entry: Buffer): Buffer => entry.subarray(headerBytes(entry));
/** The same as text of which each character stands for one byte (latin1). */
export const messageLatin1 = (entry: Buffer): string => entry.toString('latin1', headerBytes(entry));

const headerBytes = (entry: Buffer): number => (entry.readUInt8(TAG_AT) & TAG_EXPIRES ? EXPIRING_BYTES : PLAIN_BYTES);
