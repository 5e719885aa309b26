import type { DryRunAnswer, PublishAnswer, PublishRequest } from '@fanfare/contracts';
import { call } from '../api/call';

export const publish = (request: PublishRequest): Promise<PublishAnswer> =>
  call('POST', '/v1/messages', { body: request });

/** How many users it would be for; nothing is sent. */
export const dryRun = (request: PublishRequest): Promise<DryRunAnswer> =>
  call('POST', '/v1/messages', { body: { ...request, dryRun: true } });

/** 128 random bits; `crypto.randomUUID` is missing where a page was not loaded securely. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
