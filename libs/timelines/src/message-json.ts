/**
 * The message as it is stored and delivered. Built once, as text, with the id first and of fixed width: scripts find it
 * in an entry without parsing, and the gateway puts the text into frames as it is.
 */
import { limits, PRIORITIES, Problem, type PublishRequest } from '@fanfare/contracts';

export interface MessageFields {
  readonly id: string;
  readonly at: number;
  /** ms, 0 for never */
  readonly expiresAt: number;
  readonly type: string;
  /** Index in PRIORITIES. */
  readonly priority: number;
  readonly from: string | undefined;
}

const NORMAL = PRIORITIES.indexOf('normal');
const PRIORITY_JSON = PRIORITIES.map((name) => `,"priority":"${name}","at":`);
const DEFAULT_TYPE = 'message';

export function messageFields(id: string, at: number, request: PublishRequest): MessageFields {
  return {
    id,
    at,
    expiresAt: request.ttlSeconds === undefined ? 0 : at + request.ttlSeconds * 1000,
    type: request.type ?? DEFAULT_TYPE,
    priority: request.priority === undefined ? NORMAL : PRIORITIES.indexOf(request.priority),
    from: request.from,
  };
}

/** @throws Problem too_large for a payload over the limit, invalid for one nested too deeply */
export function messageJson(message: MessageFields, payload: unknown): string {
  const body = payloadJson(payload);
  const type = message.type === DEFAULT_TYPE ? '"message"' : JSON.stringify(message.type);
  const expires = message.expiresAt === 0 ? '' : `,"expiresAt":${message.expiresAt}`;
  const from = message.from === undefined ? '' : `,"from":${JSON.stringify(message.from)}`;
  return `{"id":"${message.id}","type":${type}${PRIORITY_JSON[message.priority]}${message.at}${expires}${from},"payload":${body}}`;
}

function payloadJson(payload: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(payload);
  } catch (cause) {
    // A parser reads any depth; writing it out again is what overflows the stack.
    const errors = [{ pointer: '/payload', detail: 'is nested too deeply' }];
    throw new Problem('invalid', 'payload is nested too deeply', { errors, cause });
  }
  // Only what is written as null can have been a number too large for a double.
  if (text.includes('null') && hasInfinite(payload)) {
    const errors = [{ pointer: '/payload', detail: 'holds a number beyond the range of a double' }];
    throw new Problem('invalid', 'payload holds a number beyond the range of a double', { errors });
  }
  // A character is at most 3 bytes, so most payloads need not be measured.
  if (text.length * 3 > limits.payloadBytes && Buffer.byteLength(text) > limits.payloadBytes) {
    throw new Problem('too_large', `payload is over ${limits.payloadBytes} bytes of JSON`);
  }
  return text;
}

function hasInfinite(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInfinite);
}
