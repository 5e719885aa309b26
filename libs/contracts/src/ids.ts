/** Names given by customers: users, groups, devices, message types. */
import { z } from 'zod';
import { limits } from './limits.js';

/** Control characters (C0, C1, DEL) and lone surrogates, which have no UTF-8. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

function isName(text: string, maxBytes: number): boolean {
  return text.length > 0 && Buffer.byteLength(text) <= maxBytes && !UNFIT.test(text);
}

const nameOf = (what: string, maxBytes: number) =>
  z.string().refine((text) => isName(text, maxBytes), {
    error: `${what} must be 1 to ${maxBytes} bytes of UTF-8 without control characters`,
  });

export const userId = nameOf('a user id', limits.idBytes);
export const groupId = nameOf('a group id', limits.idBytes);
export const deviceId = nameOf('a device id', limits.idBytes);
export const appId = nameOf('an app id', limits.idBytes);
export const messageType = nameOf('a message type', limits.idBytes);
export const idempotencyKey = nameOf('an idempotency key', limits.idempotencyKeyBytes);
