import { jwtVerify } from 'jose';
import { TokenIssuer } from './token-issuer.js';

const secret = 'a-secret-of-this-test';
const issuer = new TokenIssuer({ app: 'shop', secret, gatewayUrl: 'wss://push.example.com' });
const now = 1_800_000_000;

async function claimsOf(token: string) {
  const key = new TextEncoder().encode(secret);
  const options = { algorithms: ['HS256'], currentDate: new Date(now * 1000) };
  return (await jwtVerify(token, key, options)).payload;
}

test('a token names the user, the app and when it ends, an hour later by default', async () => {
  const answer = await issuer.issue({ user: 'alice' }, now);
  expect(await claimsOf(answer.token)).toEqual({ sub: 'alice', app: 'shop', iat: now, exp: now + 3600 });
  expect(answer.expiresAt).toBe((now + 3600) * 1000);
});

test('a token may be for one device, and for as long as asked', async () => {
  const { token } = await issuer.issue({ user: 'ü/1', device: 'phone', ttlSeconds: 60 }, now);
  expect(await claimsOf(token)).toMatchObject({ sub: 'ü/1', device: 'phone', exp: now + 60 });
});

test('the answer says where to connect, path included', async () => {
  expect((await issuer.issue({ user: 'alice' })).url).toBe('wss://push.example.com/v1/connect');
});
