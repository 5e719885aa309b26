/** Tokens with which the devices of a user connect. */
import type { TokenAnswer, TokenRequest } from '@fanfare/contracts';
import type { Caller, CallOptions } from '../calls/caller.js';

export class Tokens {
  constructor(private readonly caller: Caller) {}

  create(request: TokenRequest, options?: CallOptions): Promise<TokenAnswer> {
    return this.caller.call({ method: 'POST', path: '/tokens', body: request }, options);
  }
}
