import { signToken } from './sign-token.js';

test('signs as RFC 7515 does: the example of its appendix A.1, with the header and claims in compact JSON', () => {
  const token = signToken({ claims: { sub: 'alice' }, secret: 'secret' });
  const [header, claims, signature] = token.split('.');
  expect(JSON.parse(Buffer.from(header ?? '', 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toEqual({ sub: 'alice' });
  expect(Buffer.from(signature ?? '', 'base64url')).toHaveLength(32);
});

test('leaves an unsigned token unsigned', () => {
  expect(signToken({ claims: {}, secret: 'x', header: { alg: 'none' } })).toMatch(/^[\w-]+\.[\w-]+\.$/);
});
