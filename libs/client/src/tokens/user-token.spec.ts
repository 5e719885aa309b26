import { readToken } from './user-token.js';

const token = (claims: unknown): string => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
const nowMs = 1_000_000_000;
const now = nowMs / 1000;

test('it says whose it is, in any script, and how long it holds', () => {
  const text = token({ sub: 'ålice ☎', iat: now, exp: now + 60 });
  expect(readToken(text, nowMs)).toEqual({ text, user: 'ålice ☎', lifeMs: 60_000 });
});

test.each([
  ['older than new', { iat: now - 50, exp: now + 10 }, 10_000],
  ['from a slow clock', { iat: now + 3600, exp: now + 3660 }, 60_000],
  ['from a fast clock', { iat: now - 3600, exp: now - 3540 }, 60_000],
])('%s', (_, claims, lifeMs) => expect(readToken(token(claims), nowMs).lifeMs).toBe(lifeMs));

test.each(['', 'opaque', 'a.b.c', token('text'), token(null), token({ sub: 7, exp: 'soon' })])(
  '%j tells nothing, and is no error',
  (text) => expect(readToken(text, nowMs)).toEqual({ text }),
);
