// Who may connect, and how: everything else is closed by a code of the design before it costs anything, and the gateway
// lives on.
import { allowedOrigin, ProtocolClient, signToken } from '@fanfare/testing';
import { received, settle } from './acts.js';
import { expectClose, gatewaysLiveOn, isRefused } from './refusals.js';
import { useStage } from './stage.js';

const stage = useStage();
gatewaysLiveOn(stage);

describe('a connection', () => {
  test('that does not say connect is closed after 5 s, not before 4 and not after 6', async () => {
    const client = await stage.openSocket();
    const start = performance.now();
    const { code } = await client.waitForClose();
    const seconds = (performance.now() - start) / 1000;
    expect(code).toBeGreaterThanOrEqual(4400);
    expect(seconds).toBeGreaterThan(4);
    expect(seconds).toBeLessThan(6);
    expect(received(client)).toEqual([]);
  });

  test.each(['ack', 'read', 'inbox', 'pong', 'dance'])('that says %s before connect is refused', async (event) => {
    const client = await stage.openSocket();
    client.send(event, {});
    await isRefused(client, 4400, 4401);
  });

  test.each([null, [], 'text', {}, { token: 1 }, { token: '' }, { token: 'x'.repeat(20_000) }, { device: 'phone' }])(
    'that says connect with %j is refused',
    async (data) => {
      const client = await stage.openSocket();
      client.send('connect', data);
      await isRefused(client, 4400, 4401);
      expect(client.events('connected')).toEqual([]);
    },
  );

  test.each([['', 'x'.repeat(129), 'a\nb', 1, null, {}]].flat())('with the device %j is refused', async (device) => {
    const client = await stage.openSocket();
    client.send('connect', { token: await stage.token(stage.name('alice')), device });
    await isRefused(client, 4400);
    expect(client.events('connected')).toEqual([]);
  });

  test('takes its token from the Authorization header too', async () => {
    const alice = stage.name('alice');
    const client = await stage.openSocket({ headers: { authorization: `Bearer ${await stage.token(alice)}` } });
    client.send('connect', {});
    expect((await client.waitFor('connected')).data.user).toBe(alice);
  });

  test('that says connect again with a fresh token of the same user goes on; with that of another it is refused', async () => {
    const alice = stage.name('alice');
    const client = await stage.connectSynced(alice);
    client.send('connect', { token: await stage.token(alice) });
    await settle(stage, client);
    expect(client.isOpen).toBe(true);
    client.send('connect', { token: await stage.token(stage.name('bob')) });
    await isRefused(client, 4400, 4401);
    expect(client.connected.user).toBe(alice);
  });

  test('from a foreign origin is closed with 4403; from an allowed one and from none it is not', async () => {
    for (const origin of [
      'http://evil.test',
      'null',
      `${allowedOrigin}.evil.test`,
      allowedOrigin.replace('http', 'https'),
    ]) {
      await expectClose(await stage.openSocket({ origin }), 4403);
    }
    const token = await stage.token(stage.name('alice'));
    for (const options of [{ origin: allowedOrigin }, {}])
      expect((await stage.connect('', { token, ...options })).isOpen).toBe(true);
  });

  test('on another path is refused in the handshake', async () => {
    const url = stage.gatewayUrl().replace('/v1/connect', '/v1/other');
    await expect(ProtocolClient.open(url)).rejects.toThrow();
  });
});

describe('a token', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (user: string) => ({ sub: user, app: 'default', iat: now(), exp: now() + 60 });
  const secret = () => stage.fanfare.credentials.tokenSecret;

  test('made by a customer with the shared secret is good: the control of the ones below', async () => {
    const alice = stage.name('alice');
    const client = await stage.connect(alice, { token: signToken({ claims: claims(alice), secret: secret() }) });
    expect(client.connected.user).toBe(alice);
  });

  const bad: [string, () => string][] = [
    ['that is none', () => 'nonsense'],
    ['with alg none', () => signToken({ claims: claims('eve'), secret: secret(), header: { alg: 'none' } })],
    ['with alg None', () => signToken({ claims: claims('eve'), secret: secret(), header: { alg: 'None' } })],
    [
      'that says RS256 over an HMAC',
      () => signToken({ claims: claims('eve'), secret: secret(), header: { alg: 'RS256' } }),
    ],
    ['without an algorithm', () => signToken({ claims: claims('eve'), secret: secret(), header: {} })],
    ['of another key', () => signToken({ claims: claims('eve'), secret: 'another secret of good length' })],
    [
      'with a kid that is a path',
      () => signToken({ claims: claims('eve'), secret: '', header: { alg: 'HS256', kid: '../../dev/null' } }),
    ],
    ['that has expired', () => signToken({ claims: { ...claims('eve'), exp: now() - 120 }, secret: secret() })],
    ['that is not valid yet', () => signToken({ claims: { ...claims('eve'), nbf: now() + 600 }, secret: secret() })],
    ['without an end', () => signToken({ claims: { sub: 'eve', app: 'default' }, secret: secret() })],
    ['of another app', () => signToken({ claims: { ...claims('eve'), app: 'other' }, secret: secret() })],
    ['without a user', () => signToken({ claims: { ...claims('eve'), sub: undefined }, secret: secret() })],
    ['whose user is a number', () => signToken({ claims: { ...claims('eve'), sub: 1 }, secret: secret() })],
    ['whose user is too long', () => signToken({ claims: claims('x'.repeat(129)), secret: secret() })],
    ['whose claims were changed', () => tampered(signToken({ claims: claims('alice'), secret: secret() }))],
  ];

  test.each(bad)('%s is refused with 4401, before anything is written', async (_, make) => {
    const client = await stage.openSocket();
    client.send('connect', { token: make() });
    await expectClose(client, 4401);
    expect(client.events('connected')).toEqual([]);
    expect((await stage.api.user('eve')).status).toBe(404);
  });

  test('that names a device is good for that device only', async () => {
    const alice = stage.name('alice');
    const token = await stage.token(alice, 'phone');
    expect((await stage.connect(alice, { token, device: 'phone' })).connected.device).toBe('phone');
    const other = await stage.openSocket();
    other.send('connect', { token, device: 'laptop' });
    await isRefused(other, 4400, 4401);
    expect(other.events('connected')).toEqual([]);
  });

  test('that ends while the session is open closes it with 4401; a fresh one in time keeps it open', async () => {
    const alice = stage.name('alice');
    const short = async () => (await stage.api.token({ user: alice, ttlSeconds: 2 })).body.token;
    const [lapses, renews] = [
      await stage.connect(alice, { token: await short() }),
      await stage.connect(alice, { token: await short() }),
    ];
    renews.send('connect', { token: await stage.token(alice) });
    await expectClose(lapses, 4401);
    await settle(stage, renews);
    expect(renews.isOpen).toBe(true);
  });

  function tampered(token: string): string {
    const [header, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify(claims('eve'))).toString('base64url');
    return [header, forged, signature].join('.');
  }
});
