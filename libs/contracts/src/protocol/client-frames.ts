/** What clients may send on a connection. Fields that are not named here are ignored. */
import { z } from 'zod';
import { deviceId } from '../ids.js';
import { limits } from '../limits.js';
import { timelineName } from '../timeline-names.js';

/** The subprotocol that client and gateway agree on. */
export const SUBPROTOCOL = 'fanfare.v1.json';
export const CONNECT_PATH = '/v1/connect';

export const frame = z.object({
  event: z.string().min(1),
  data: z.unknown().optional(),
  ref: z.union([z.string().max(128), z.number()]).optional(),
});
export type Frame = z.infer<typeof frame>;
export type Ref = Frame['ref'];

const wholeNumber = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const position = z.object({ offset: wholeNumber, epoch: z.string().regex(/^\d+\.[0-9a-f]+\.[0-9a-f]+$/) });
export type Position = z.infer<typeof position>;

/** `resume` is checked one timeline at a time: a malformed position is answered and treated as absent. */
export const connectData = z.object({
  token: z.string().min(1).max(8192).optional(),
  device: deviceId.optional(),
  resume: z.record(z.string(), z.unknown()).optional(),
});
export type ConnectData = z.infer<typeof connectData>;

/** By timeline. As an object with any names: a record is looked at four times as long, and devices send this each second. */
export const ackData = z.object({}).catchall(wholeNumber);
export type AckData = z.infer<typeof ackData>;

export const readData = z.union([
  z.object({ timeline: timelineName, upTo: wholeNumber }),
  z.object({ timeline: timelineName, offsets: z.array(wholeNumber.min(1)).min(1).max(limits.seenOffsets) }),
  z.object({ everything: z.literal(true) }),
]);
export type ReadData = z.infer<typeof readData>;

export const inboxData = z.object({
  timeline: z.union([timelineName, z.literal('*')]).optional(),
  after: wholeNumber.optional(),
  before: wholeNumber.min(1).optional(),
  limit: z.number().int().min(1).max(limits.inboxPageMax).optional(),
  unread: z.boolean().optional(),
  cursor: z.string().max(4096).optional(),
});
export type InboxData = z.infer<typeof inboxData>;
