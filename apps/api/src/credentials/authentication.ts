/**
 * Lets nobody without the admin key in to `/v1/`. It asks before the body is read, and by the route that was found, not
 * by the text of the URL; whatever controller is added below `/v1/` is protected too.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '@fanfare/contracts';
import { SETTINGS } from '@fanfare/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ApiSettings } from '../api.module.js';

const PROTECTED = '/v1/';

@Injectable()
export class Authentication {
  private readonly expected: Buffer;

  constructor(@Inject(SETTINGS) { adminKey }: ApiSettings, host: HttpAdapterHost<FastifyAdapter>) {
    this.expected = digest(adminKey);
    // In the constructor, because hooks hold for routes that are made later.
    host.httpAdapter.getInstance().addHook('onRequest', (request, _reply, done) => {
      const isProtected = request.routeOptions.url?.startsWith(PROTECTED) ?? false;
      done(isProtected ? this.objection(request.headers.authorization) : undefined);
    });
  }

  private objection(header: string | undefined): Problem | undefined {
    const [, key] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
    if (key === undefined) return new Problem('unauthorized', 'send the API key as "Authorization: Bearer <key>"');
    // Digests have one length, so that comparing tells nothing, not even how long the key is.
    return timingSafeEqual(digest(key), this.expected)
      ? undefined
      : new Problem('unauthorized', 'the API key is wrong');
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
