import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { TokenVerifier } from './token-verifier.js';

const SECRET = 'a shared secret of at least 32 bytes';
const verifier = new TokenVerifier(SECRET, 'default');
const now = (): number => Math.floor(Date.now() / 1000);

interface Parts {
  header?: object;
  claims?: object;
  secret?: string;
  digest?: string;
}

/** A token as anybody may make it: signed by HMAC of whatever header and claims. */
function token({ header = {}, claims = {}, secret = SECRET, digest = 'sha256' }: Parts): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const fields = { sub: 'alice', app: 'default', exp: now() + 60, ...claims };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(fields)}`;
  return `${signed}.${createHmac(digest, secret).update(signed).digest('base64url')}`;
}

test('a token says whose it is, until when, and which device may use it', async () => {
  const exp = now() + 60;
  await expect(verifier.verify(token({ claims: { exp } }))).resolves.toEqual({
    user: 'alice',
    device: undefined,
    expiresAt: exp * 1000,
  });
  await expect(verifier.verify(token({ claims: { device: 'phone' } }))).resolves.toMatchObject({ device: 'phone' });
});

test('a token of the library that backends use is one of these', async () => {
  const signed = await new SignJWT({ app: 'default' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('alice')
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(SECRET));
  await expect(verifier.verify(signed)).resolves.toMatchObject({ user: 'alice' });
});

test.each<[string, Parts]>([
  ['that has expired', { claims: { exp: 1 } }],
  ['without an end', { claims: { exp: undefined } }],
  ['whose end is no number', { claims: { exp: 'tomorrow' } }],
  ['that is not valid yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } }],
  ['of another app', { claims: { app: 'other' } }],
  ['of no app', { claims: { app: undefined } }],
  ['of nobody', { claims: { sub: undefined } }],
  ['of a user whose name is none', { claims: { sub: 'a\nb' } }],
  ['of a user whose name is empty', { claims: { sub: '' } }],
  ['of a user whose name is too long', { claims: { sub: 'a'.repeat(129) } }],
  ['of a user that is no text', { claims: { sub: 7 } }],
  ['for a device whose name is none', { claims: { device: '' } }],
  ['for a device that is no text', { claims: { device: ['phone'] } }],
  ['signed with another secret', { secret: 'another secret of at least 32 bytes!' }],
  ['signed with nothing', { secret: '' }],
  ['signed by another algorithm of the family', { header: { alg: 'HS512' }, digest: 'sha512' }],
  ['with an extension that must be understood', { header: { crit: ['x'], x: 1 } }],
])('a token %s is not valid', async (_, parts) => {
  await expect(verifier.verify(token(parts))).resolves.toBeUndefined();
});

test('control: with a key id that is a path, or fields of other apps, the token is what it is', async () => {
  const odd = token({ header: { kid: '../../etc/passwd', jku: 'https://evil.example' }, claims: { role: 'admin' } });
  await expect(verifier.verify(odd)).resolves.toMatchObject({ user: 'alice' });
});

test('a token that says it needs no signature is not valid, in any spelling', async () => {
  for (const alg of ['none', 'None', 'NONE', '']) {
    const [header, claims] = token({ header: { alg } }).split('.');
    for (const unsigned of [`${header}.${claims}.`, `${header}.${claims}`, token({ header: { alg } })]) {
      await expect(verifier.verify(unsigned)).resolves.toBeUndefined();
    }
  }
});

test('a public key is no secret: a token signed with it is not valid', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await expect(verifier.verify(token({ secret: pem }))).resolves.toBeUndefined();
  const claims = { sub: 'alice', app: 'default', exp: now() + 60 };
  const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  await expect(verifier.verify(signed)).resolves.toBeUndefined();
});

test('what is no token at all is not valid', async () => {
  const whole = token({});
  for (const text of [
    '',
    '.',
    '..',
    'a.b.c',
    whole.slice(0, -1),
    `${whole}x`,
    whole.replace('.', ''),
    '\u0000',
    '😀'.repeat(1000),
  ]) {
    await expect(verifier.verify(text)).resolves.toBeUndefined();
  }
});

test('a token whose claims were changed after signing is not valid', async () => {
  const [header, , signature] = token({}).split('.');
  const [, claims] = token({ claims: { sub: 'bob' } }).split('.');
  await expect(verifier.verify(`${header}.${claims}.${signature}`)).resolves.toBeUndefined();
});

describe('a verifier that remembers good tokens', () => {
  beforeEach(
    () => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'], now: Date.now() }),
  );
  afterEach(() => void jest.useRealTimers());

  test('says of one what it said before, until it expires', async () => {
    const remembering = new TokenVerifier(SECRET, 'default', 10);
    const exp = now() + 60;
    const good = token({ claims: { exp } });
    const first = await remembering.verify(good);
    jest.setSystemTime(exp * 1000 - 1);
    await expect(remembering.verify(good)).resolves.toBe(first);
    jest.setSystemTime(exp * 1000);
    await expect(remembering.verify(good)).resolves.toBeUndefined();
    await expect(remembering.verify(good)).resolves.toBeUndefined();
  });

  test('knows of a bad one nothing, and takes none that looks like a good one', async () => {
    const remembering = new TokenVerifier(SECRET, 'default', 10);
    const good = token({});
    await remembering.verify(good);
    for (const bad of [`${good}x`, good.slice(0, -2), token({ secret: 'another secret of at least 32 bytes!' })]) {
      await expect(remembering.verify(bad)).resolves.toBeUndefined();
      await expect(remembering.verify(bad)).resolves.toBeUndefined();
    }
  });

  test('remembers so many, and goes on with those it has forgotten', async () => {
    const remembering = new TokenVerifier(SECRET, 'default', 2);
    const tokens = ['a', 'b', 'c'].map((sub) => token({ claims: { sub } }));
    const first = await Promise.all(tokens.map((one) => remembering.verify(one)));
    expect(first).toMatchObject([{ user: 'a' }, { user: 'b' }, { user: 'c' }]);
    await expect(remembering.verify(tokens[2] ?? '')).resolves.toBe(first[2]);
    const again = await remembering.verify(tokens[0] ?? '');
    expect(again).toEqual(first[0]);
    expect(again).not.toBe(first[0]);
  });
});
