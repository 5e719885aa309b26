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
  /** Good tokens, oldest first: nothing but time makes one bad. */
  private readonly known = new Map<string, Identity>();

  /** @param remembered so many good tokens are not verified again; for those that come with every request */
  constructor(
    secret: string,
    private readonly app: string,
    private readonly remembered = 0,
  ) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    this.key = crypto.subtle.importKey('raw', new TextEncoder().encode(secret), hmac, false, ['verify']);
  }

  /** undefined for a token that is not valid, expired, not ours, or of another app; why is not told to clients */
  async verify(token: string): Promise<Identity | undefined> {
    const known = this.known.get(token);
    if (!known) return this.remember(token, await this.verified(token));
    if (Date.now() < known.expiresAt) return known;
    this.known.delete(token);
    return undefined;
  }

  private async verified(token: string): Promise<Identity | undefined> {
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

  private remember(token: string, identity: Identity | undefined): Identity | undefined {
    if (!identity || this.remembered === 0) return identity;
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= this.remembered) this.known.delete(oldest);
    this.known.set(token, identity);
    return identity;
  }
}
