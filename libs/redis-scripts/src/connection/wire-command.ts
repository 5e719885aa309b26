// What ioredis needs of a command to write it and to give back its reply. An object of this shape instead of ioredis's
// own Command saves two promises, an argument copy and a per-argument conversion a call. The types can't show that it
// suffices: a spec with a real Redis does, for the pinned version of ioredis.
import type { ReplyValue } from '../script.js';

export interface WireCommand {
  readonly name: string;
  /** ioredis copies them into errors; ours give none, so that no payload gets into a log. */
  readonly args: readonly [];
  readonly promise: undefined;
  readonly inTransaction: false;
  readonly pipelineIndex: undefined;
  /** ioredis traces a command once; this says it was. */
  isTraced: boolean;
  setReplyContext(): void;
  toWritable(): string | Buffer;
  resolve(reply: ReplyValue): void;
  reject(error: Error): void;
}

/** `EVALSHA sha1 numkeys key… arg…` in the Redis protocol. */
export function encodeEvalSha(
  sha1: string,
  keys: readonly string[],
  args: readonly (Buffer | string)[],
): string | Buffer {
  let text = `*${3 + keys.length + args.length}\r\n$7\r\nEVALSHA\r\n$40\r\n${sha1}\r\n${bulk(String(keys.length))}`;
  for (const key of keys) text += bulk(key);
  let buffers: Buffer[] | undefined;
  for (const arg of args) {
    if (typeof arg === 'string') {
      text += bulk(arg);
    } else {
      buffers ??= [];
      buffers.push(Buffer.from(`${text}$${arg.length}\r\n`), arg);
      text = '\r\n';
    }
  }
  if (!buffers) return text;
  buffers.push(Buffer.from(text));
  return Buffer.concat(buffers);
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
