/** Ids of messages are UUIDv7 (RFC 9562): their first 48 bits are the time in ms. */
const MILLISECOND_DIGITS = 12;

/** 0 for what is no UUIDv7. */
export function timeOfId(id: string): number {
  const isVersion7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id);
  return isVersion7 ? Number.parseInt(id.replaceAll('-', '').slice(0, MILLISECOND_DIGITS), 16) : 0;
}
