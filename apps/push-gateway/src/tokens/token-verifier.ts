/** Checks a user's token (a JWT, RFC 7519) and says whose it is. Only HS256 with the shared secret is accepted. */
import { deviceId, userId } from '@fanfare/contracts';
import { jwtVerify } from 'jose';

export interface Identity {
  readonly user: string;
  /** The only device that may use the token. */
  readonly device: string | undefined;
  /** ms */
  readonly expiresAt: number;
}

export class TokenVerifier {
  private readonly secret: Uint8Array;

  constructor(
    secret: string,
    private readonly app: string,
  ) {
    this.secret = new TextEncoder().encode(secret);
  }

  /** undefined for a token that is not valid, expired, not ours, or of another app; why is not told to clients */
  async verify(token: string): Promise<Identity | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.secret, {
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
