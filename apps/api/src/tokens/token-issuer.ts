/** Makes the tokens with which users' devices connect: JWTs (RFC 7519), HS256, checked by the gateway. */
import { CONNECT_PATH, type TokenAnswer, type TokenRequest } from '@fanfare/contracts';
import { SignJWT } from 'jose';

export interface TokenIssuerOptions {
  readonly app: string;
  readonly secret: string;
  /** Where clients reach the gateway, without a path. */
  readonly gatewayUrl: string;
}

const DEFAULT_TTL_SECONDS = 3600;

export class TokenIssuer {
  private readonly secret: Uint8Array;

  constructor(private readonly options: TokenIssuerOptions) {
    this.secret = new TextEncoder().encode(options.secret);
  }

  /** @param now seconds since 1970; replaced in tests */
  async issue(request: TokenRequest, now = Math.floor(Date.now() / 1000)): Promise<TokenAnswer> {
    const expires = now + (request.ttlSeconds ?? DEFAULT_TTL_SECONDS);
    const { app, gatewayUrl } = this.options;
    const claims = { app, ...(request.device === undefined ? {} : { device: request.device }) };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(request.user)
      .setIssuedAt(now)
      .setExpirationTime(expires)
      .sign(this.secret);
    return { token, expiresAt: expires * 1000, url: `${gatewayUrl}${CONNECT_PATH}` };
  }
}
