/** Reads the header of a stored entry (lua/includes/entry.lua packs it). */
export const ENTRY_HEADER_BYTES = 22;

const PRIORITY_AT = 12;

export const storedAt = (entry: Buffer): number => entry.readUIntBE(0, 6);
export const priorityOf = (entry: Buffer): number => entry.readUInt8(PRIORITY_AT);
export const senderHash = (entry: Buffer): number => entry.readUInt32BE(18);

/** The message as JSON text: a view, nothing is copied. */
export const messageBytes = (entry: Buffer): Buffer => entry.subarray(ENTRY_HEADER_BYTES);
