/**
 * Messages by contract: both sides check what they send and get, and the compiler checks the code.
 *
 *     const { added } = await request(client, membershipJoin, { group, users });
 *
 *     @Answers(membershipJoin)
 *     join(@Payload(new ContractPipe(membershipJoin)) { group, users }: RequestOf<typeof membershipJoin>) { … }
 */
import { type EventContract, Problem, type RpcContract } from '@fanfare/contracts';
import { applyDecorators, type PipeTransform, UseFilters } from '@nestjs/common';
import { type ClientProxy, EventPattern, MessagePattern } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { z } from 'zod';
import type { EventDelivery } from './event-delivery.js';
import { RedisRecord, type RedisRecordOptions } from './redis-record.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

export type RequestOf<C> = C extends RpcContract<infer Request> ? Request : never;
export type ReplyOf<C> = C extends RpcContract<infer _, infer Reply> ? Reply : never;
export type DataOf<C> = C extends EventContract<infer Data> ? Data : never;

/**
 * @throws Problem: `invalid` where `data` does not fit the contract, `timeout` by the deadline, `internal` where the
 * answer does not fit, or whatever Problem the service answers
 */
export async function request<Request, Reply>(
  client: ClientProxy,
  { service, pattern, request: schema, reply }: RpcContract<Request, Reply>,
  data: Request,
  options: Omit<RedisRecordOptions, 'service'> = {},
): Promise<Reply> {
  const record = new RedisRecord(checked(schema, data, 'invalid'), { ...options, service });
  const answer: unknown = await lastValueFrom(client.send<unknown>(pattern, record), { defaultValue: undefined });
  return checked(reply, answer, 'internal');
}

/** Resolves when Redis has it. */
export async function publishEvent<Data>(
  client: ClientProxy,
  { pattern, data: schema }: EventContract<Data>,
  data: Data,
): Promise<void> {
  await lastValueFrom(client.emit<unknown>(pattern, checked(schema, data, 'invalid')), { defaultValue: undefined });
}

/** Marks the method that answers a contract's requests; a Problem that it throws arrives as one. */
export const Answers = ({ pattern }: { readonly pattern: string }): MethodDecorator =>
  applyDecorators(MessagePattern(pattern), UseFilters(RpcErrorFilter));

/** Marks a method that listens to an event. */
export const ListensTo = ({ pattern }: { readonly pattern: string }, delivery?: EventDelivery): MethodDecorator =>
  applyDecorators(EventPattern<string>(pattern, { ...delivery }), UseFilters(RpcErrorFilter));

/** For `@Payload(new ContractPipe(contract))`. */
export class ContractPipe<T> implements PipeTransform<unknown, T> {
  private readonly schema: z.ZodType<T>;

  constructor(contract: { readonly request: z.ZodType<T> } | { readonly data: z.ZodType<T> }) {
    this.schema = 'request' in contract ? contract.request : contract.data;
  }

  /** @throws Problem invalid */
  transform(value: unknown): T {
    return checked(this.schema, value, 'invalid');
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, code: 'invalid' | 'internal'): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, 10).map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: message,
  }));
  throw new Problem(code, 'a message between services does not fit its contract', { errors });
}
