/**
 * Has ioredis read replies with our decoder: for connections made from then on, in this process.
 *
 * It takes the place of a class that ioredis 6 does not document. Where that is not found, or a connection asks for another
 * shape of replies than ours (`stringNumbers`, `replyMapping`), ioredis's own is used.
 */
import { createRequire } from 'node:module';
import { type DecoderEvents, ReplyDecoder } from './reply-decoder.js';

type Types = Readonly<Record<number, unknown>>;
type Config = Omit<DecoderEvents, 'errorOf'> & { readonly getTypeMapping: () => Types };
interface Decoder {
  write(chunk: Buffer): void;
}
interface DecoderModule {
  Decoder: new (config: Config) => Decoder;
}
interface ErrorModule {
  readonly SimpleError: new (message: string) => Error;
}

/** What becomes of each type of the protocol, by its first byte: that of ioredis's default, which is RESP2's. */
const TYPES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['+', Buffer],
  ['$', Buffer],
  ['=', Buffer],
  [',', Buffer],
  ['(', String],
  ['#', Number],
  ['%', Array],
  ['~', Array],
]);

const require = createRequire(import.meta.url);
let isInPlace = false;

/** To be called before a connection is made; again changes nothing. */
export function readWithOwnDecoder(): void {
  if (isInPlace) return;
  isInPlace = true;
  const decoders = found<DecoderModule>('ioredis/built/resp/decoder');
  const errors = found<ErrorModule>('ioredis/built/resp/errors');
  if (!decoders?.Decoder || !errors?.SimpleError) return;
  const { Decoder: Theirs } = decoders;
  const { SimpleError } = errors;
  const errorOf = (message: string): Error => new SimpleError(message);
  decoders.Decoder = function OwnDecoder(config: Config): Decoder {
    return isOurs(config.getTypeMapping()) ? new ReplyDecoder({ ...config, errorOf }) : new Theirs(config);
  } as unknown as DecoderModule['Decoder'];
}

function isOurs(types: Types): boolean {
  const isSame = [...TYPES].every(([type, to]) => types[type.charCodeAt(0)] === to);
  return isSame && Object.keys(types).length === TYPES.size;
}

function found<T>(name: string): Partial<T> | undefined {
  try {
    return require(name) as Partial<T>;
  } catch {
    return undefined;
  }
}
