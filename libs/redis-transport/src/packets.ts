/**
 * How requests, events and replies are written. A request is a stream entry: its id holds Redis's time, `ttl` says how
 * long from then the caller waits. What does not have this form is undefined here, and dropped and counted by who read it.
 */
export interface PacketBody {
  readonly pattern: string;
  readonly data: unknown;
  readonly metadata?: Record<string, unknown>;
}

export interface CallEntry {
  /** Correlates the reply. */
  readonly id: string;
  readonly caller: string;
  /** ms, on Redis's clock */
  readonly deadlineAt: number;
  readonly packet: unknown;
}

const VERSION = '1';
const CALLER = /^[\w-]{1,64}$/;

/** @param ttlMs how long the caller waits from now on */
export function callFields(id: string, caller: string, ttlMs: number, packet: string): string[] {
  return ['v', VERSION, 'id', id, 'caller', caller, 'ttl', String(Math.ceil(ttlMs)), 'packet', packet];
}

export function decodeCall(entryId: string, fields: readonly string[]): CallEntry | undefined {
  const { v, id, caller, ttl, packet } = named(fields);
  const ttlMs = Number(ttl);
  if (v !== VERSION || !id || !CALLER.test(id) || !caller || !CALLER.test(caller) || !(ttlMs > 0)) return undefined;
  const parsed = parse(packet);
  return parsed === undefined ? undefined : { id, caller, deadlineAt: timeOf(entryId) + ttlMs, packet: parsed };
}

export const eventFields = (packet: string): string[] => ['v', VERSION, 'packet', packet];

export function decodeEvent(fields: readonly string[]): unknown {
  const { v, packet } = named(fields);
  return v === VERSION ? parse(packet) : undefined;
}

/** A packet after the deserializer has seen it. */
export function asBody(packet: unknown): PacketBody | undefined {
  const { pattern, data, metadata } = (packet ?? {}) as Partial<Record<string, unknown>>;
  if (typeof pattern !== 'string' || pattern === '' || data === undefined) return undefined;
  const hasMetadata = typeof metadata === 'object' && metadata !== null;
  return { pattern, data, ...(hasMetadata && { metadata: metadata as Record<string, unknown> }) };
}

/** JSON that is an object; undefined for anything else. */
export function parse(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** ms of Redis's clock at which an entry was added. */
export const timeOf = (entryId: string): number => Number(entryId.split('-')[0]);

function named(fields: readonly string[]): Partial<Record<string, string>> {
  const values: Partial<Record<string, string>> = Object.create(null) as object;
  for (let at = 0; at + 1 < fields.length; at += 2) values[fields[at] ?? ''] = fields[at + 1] ?? '';
  return values;
}
