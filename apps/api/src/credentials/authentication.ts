/**
 * Lets nobody in to `/v1/` without credentials: below `/v1/me/` a user's token, everywhere else the admin key, and neither
 * in the place of the other. It asks before the body is read, and by the route that was found, not by the text of the URL;
 * whatever controller is added below `/v1/` is protected too.
 */
import { Problem } from '@fanfare/contracts';
import { SETTINGS, TokenVerifier } from '@fanfare/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { ApiSettings } from '../api.module.js';
import { SecretText } from './secret-text.js';
import { noteTokenUser } from './token-user.js';

const PROTECTED = '/v1/';
/** What a user's token opens; also what pages of other origins may call. */
export const OWN_PATHS = '/v1/me/';

@Injectable()
export class Authentication {
  private readonly key: SecretText;

  constructor(
    @Inject(SETTINGS) { adminKey }: ApiSettings,
    host: HttpAdapterHost<FastifyAdapter>,
    @Inject(TokenVerifier) private readonly tokens: TokenVerifier,
  ) {
    this.key = new SecretText(adminKey);
    // In the constructor, because hooks hold for routes that are made later.
    host.httpAdapter.getInstance().addHook('onRequest', (request, _reply, done) => {
      const route = request.routeOptions.url ?? '';
      if (route.startsWith(OWN_PATHS)) this.admitUser(request).then(() => done(), done);
      else done(route.startsWith(PROTECTED) ? this.objectionToBackend(request) : undefined);
    });
  }

  private objectionToBackend({ headers }: FastifyRequest): Problem | undefined {
    const key = bearerOf(headers.authorization);
    if (key === undefined) return new Problem('unauthorized', 'send the API key as "Authorization: Bearer <key>"');
    if (this.key.is(key)) return undefined;
    return new Problem('unauthorized', `the API key is wrong; a user's token is good below ${OWN_PATHS} only`);
  }

  /** Why a token is not good is not told, as over the socket. */
  private async admitUser(request: FastifyRequest): Promise<void> {
    const token = bearerOf(request.headers.authorization);
    const identity = token === undefined ? undefined : await this.tokens.verify(token);
    if (identity) return noteTokenUser(request, identity.user);
    const what = token === undefined ? 'a token is missing' : 'the token is not valid';
    throw new Problem('unauthorized', `${what}: ${OWN_PATHS} takes a user's token as bearer, not the API key`);
  }
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}
