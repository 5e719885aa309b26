/**
 * Request bodies: JSON in UTF-8 and nothing else. An empty body is no body. Refused with a reason: text that is no JSON,
 * bytes that are no UTF-8 (JSON has no other encoding, RFC 8259 section 8.1), and the key `__proto__`, which would reach
 * for the prototype of whatever it is copied into, here or at a client.
 */
import { isUtf8 } from 'node:buffer';
import { Problem } from '@fanfare/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

type Done = (error: Error | null, body?: unknown) => void;

export function acceptJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request: FastifyRequest, body, done) =>
    parse(body as Buffer, done),
  );
}

function parse(body: Buffer, done: Done): void {
  if (body.length === 0) return done(null);
  if (!isUtf8(body)) return done(new Problem('bad_request', 'the body is not UTF-8'));
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return done(new Problem('bad_request', `the body is not JSON: ${(error as Error).message}`, { cause: error }));
  }
  if (MAY_NAME_PROTO.test(text) && namesProto(value)) {
    return done(new Problem('bad_request', 'the body holds the key "__proto__"'));
  }
  if (body.length > LARGE_BYTES) afterOthers(() => done(null, value));
  else done(null, value);
}

/** Parsing it takes milliseconds, and so does what comes next. */
const LARGE_BYTES = 128 * 1024;

/** In the turn after next, as the next one begins before what has arrived meanwhile is read. */
function afterOthers(run: () => void): void {
  setImmediate(() => setImmediate(run));
}

/** The key in plain text, or an escape that may spell part of it. */
const MAY_NAME_PROTO = /__proto__|\\u00(?:5f|6f|7[024])/i;

/** Without recursion, as the body may be nested deeper than the stack. */
function namesProto(value: unknown): boolean {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (Object.hasOwn(next, '__proto__')) return true;
    for (const inner of Object.values(next) as unknown[]) {
      if (typeof inner === 'object' && inner !== null) open.push(inner);
    }
  }
  return false;
}
