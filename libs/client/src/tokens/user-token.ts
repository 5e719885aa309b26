// A user's token, as far as a client looks into it: whose it is, and when it ends. It is not verified: that is the gateway's.
import { type Fields, isFields, isText } from '../frames.js';

export interface UserToken {
  readonly text: string;
  readonly user?: string;
  /** How long it holds from now, by what it says of itself. */
  readonly lifeMs?: number;
}

export function readToken(text: string, nowMs = Date.now()): UserToken {
  const { sub, exp, iat } = claimsOf(text);
  const user = isText(sub) ? { user: sub } : {};
  if (typeof exp !== 'number') return { text, ...user };
  const untilMs = exp * 1000 - nowMs;
  const wholeMs = typeof iat === 'number' ? (exp - iat) * 1000 : untilMs;
  // Where this machine's clock is slow there seems to be more left than there ever was; where it is fast, nothing at all.
  return { text, ...user, lifeMs: untilMs > 0 ? Math.min(untilMs, wholeMs) : wholeMs };
}

function claimsOf(token: string): Fields {
  try {
    const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isFields(claims) ? claims : {};
  } catch {
    return {};
  }
}
