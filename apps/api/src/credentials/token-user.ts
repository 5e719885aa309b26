/**
 * The user of the token that a request below `/v1/me/` came with, as a parameter of its handler:
 * `unread(@TokenUser() user: string)`.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const users = new WeakMap<FastifyRequest, string>();

export function noteTokenUser(request: FastifyRequest, user: string): void {
  users.set(request, user);
}

/** A handler elsewhere has no such user, which is a fault of who wrote it: it must never go on with another's. */
export const TokenUser = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const user = users.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (user === undefined) throw new Error('this route is not below /v1/me/, so no token was asked for');
  return user;
});
