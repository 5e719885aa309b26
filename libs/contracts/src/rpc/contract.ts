/**
 * What services say to each other. A pattern is named `<service>.<what>.v<version>`: the first part says which service
 * answers, a change that old callers would not understand is a new version beside the old one.
 */
import type { z } from 'zod';

/** A command or query, answered by exactly one replica of `service`. */
export interface RpcContract<Request = unknown, Reply = unknown> {
  readonly service: string;
  readonly pattern: string;
  readonly request: z.ZodType<Request>;
  readonly reply: z.ZodType<Reply>;
}

/** Something that has happened. Whoever listens may get it more than once, and must not rely on the order. */
export interface EventContract<Data = unknown> {
  readonly pattern: string;
  readonly data: z.ZodType<Data>;
}

/** @param pattern `<service>.<what>.v<version>` */
export function rpcContract<Request, Reply>(
  pattern: string,
  request: z.ZodType<Request>,
  reply: z.ZodType<Reply>,
): RpcContract<Request, Reply> {
  return { service: pattern.slice(0, pattern.indexOf('.')), pattern, request, reply };
}
