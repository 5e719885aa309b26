/** Checks a user's token (a JWT, RFC 7519) and says whose it is. Only HS256 with the shared secret is accepted. */
import { deviceId, userId } from '@fanfare/contracts';
import { type CryptoKey, jwtVerify } from 'jose';

export interface Identity {
  readonly user: string;
  /** The only device that may use the token. */
  readonly device: string | undefined;
  /** ms */
  readonly expiresAt: number;
}

export class TokenVerifier {
  /** Imported once, because importing costs as much as verifying. */
  private readonly key: Promise<CryptoKey>;

  constructor(
    secret: string,
    private readonly app: string,
  ) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    this.key = crypto.subtle.importKey('raw', new TextEncoder().encode(secret), hmac, false, ['verify']);
  }

  /** undefined for a token that is not valid, expired, not ours, or of another app; why is not told to clients */
  async verify(token: string): Promise<Identity | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.key, {
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp'],
      });
      const user = userId.parse(payload.sub);
      const device = payload['device'] === undefined ? undefined : deviceId.parse(payload['device']);
      if (payload['app'] !== this.app || payload.exp === undefined) return undefined;
      return { user, device, expiresAt: payload.exp * 1000 };
    } catch {
      return undefined;
    }
  }
}
