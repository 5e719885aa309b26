// Decoding of script replies: small functions that generated decoders are made of. All throw a TypeError on a value of
// another type, which the caller reports as a ScriptError: a script and its header must not drift apart unseen.
import { ScriptError } from './errors.js';
import type { Reply, ReplyValue } from './script.js';

type Value = ReplyValue | undefined;

/** The status word, which every reply begins with. */
export function statusOf(reply: Reply): string {
  return string(reply[0]);
}

/** Lua numbers arrive as numbers; what came from a hash or a sorted set arrives as text. */
export function int(value: Value): number {
  const number = Buffer.isBuffer(value) ? Number(value.toString('latin1')) : value;
  if (Number.isSafeInteger(number)) return number as number;
  throw unexpected('an integer', value);
}

export function string(value: Value): string {
  return bytes(value).toString('utf8');
}

export function bytes(value: Value): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'number') return Buffer.from(String(value));
  throw unexpected('a string', value);
}

export function list(value: Value): Buffer[] {
  return array(value).map(bytes);
}

export function strings(value: Value): string[] {
  return array(value).map(string);
}

/**
 * A flat array with `stride` values a row.
 * @param decodeRow is given the flat array and where the row begins
 */
export function rows<T>(value: Value, stride: number, decodeRow: (flat: ReplyValue[], at: number) => T): T[] {
  const flat = array(value);
  if (flat.length % stride !== 0) throw unexpected(`rows of ${stride}`, value);
  const decoded = new Array<T>(flat.length / stride);
  for (let row = 0; row < decoded.length; row += 1) decoded[row] = decodeRow(flat, row * stride);
  return decoded;
}

/** An integer argument as Lua is to read it: a fraction or NaN must not get into a script. */
export function intArg(name: string, value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`${name} must be an integer, not ${value}`);
}

export function unknownStatus(script: string, reply: Reply): ScriptError {
  return new ScriptError(script, `answered the undeclared status ${statusOf(reply)}`);
}

function array(value: Value): ReplyValue[] {
  if (Array.isArray(value)) return value;
  throw unexpected('an array', value);
}

function unexpected(expected: string, value: Value): TypeError {
  const found = Buffer.isBuffer(value) ? 'a string' : Array.isArray(value) ? `${value.length} values` : String(value);
  return new TypeError(`expected ${expected}, found ${found}`);
}
