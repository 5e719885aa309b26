/** What a peer does to know whose connection it is: an HS256 token with the shared secret, as Fanfare's gateway takes it. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The token's user; undefined where it is not valid or has expired. */
export function userOf(token: string, secret: string): string | undefined {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const expected = createHmac('sha256', secret).update(`${header}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { sub, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sub: string; exp: number };
  return exp * 1000 > Date.now() ? sub : undefined;
}
