/**
 * The message as it is stored and delivered. Built once, as text, with the id first and of fixed width: scripts find it
 * in an entry without parsing, and the gateway puts the text into frames as it is.
 */
import { type DirectRequest, limits, PRIORITIES, Problem, type PublishRequest } from '@fanfare/contracts';
import { checkPayload } from './payload.js';

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

export function messageFields(id: string, at: number, request: PublishRequest | DirectRequest): MessageFields {
  return {
    id,
    at,
    expiresAt: request.ttlSeconds === undefined ? 0 : at + request.ttlSeconds * 1000,
    type: request.type ?? DEFAULT_TYPE,
    priority: request.priority === undefined ? NORMAL : PRIORITIES.indexOf(request.priority),
    from: request.from,
  };
}

/** @throws Problem too_large for a payload over the limit, invalid for one that would not arrive as it was sent */
export function messageJson(message: MessageFields, payload: unknown): string {
  const body = payloadJson(payload);
  const type = message.type === DEFAULT_TYPE ? '"message"' : JSON.stringify(message.type);
  const expires = message.expiresAt === 0 ? '' : `,"expiresAt":${message.expiresAt}`;
  const from = message.from === undefined ? '' : `,"from":${JSON.stringify(message.from)}`;
  return `{"id":"${message.id}","type":${type}${PRIORITY_JSON[message.priority]}${message.at}${expires}${from},"payload":${body}}`;
}

function payloadJson(payload: unknown): string {
  checkPayload(payload);
  const text = JSON.stringify(payload);
  // A character is at most 3 bytes, so most payloads need not be measured.
  if (text.length * 3 > limits.payloadBytes && Buffer.byteLength(text) > limits.payloadBytes) {
    throw new Problem('too_large', `payload is over ${limits.payloadBytes} bytes of JSON`);
  }
  return text;
}
