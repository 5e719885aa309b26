import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsIn } from './external-redis.mjs';
import { readSettings, serviceEnvironment } from './settings.mjs';
import { welcome } from './welcome.mjs';

test('services get the ports, our own Redis, a key, a secret that stays the same, and the local origins', () => {
  const env = { API_PORT: '4000', GATEWAY_PORT: '4001' };
  const given = serviceEnvironment(readSettings(env), env);
  assert.equal(given['API_PORT'], '4000');
  assert.equal(given['PRESENCE_PORT'], '3003');
  assert.equal(given['FANFARE_REDIS_URL'], 'redis://127.0.0.1:6390');
  assert.equal(given['FANFARE_ADMIN_KEY'], 'fanfare-dev-key');
  assert.equal(given['FANFARE_PUBLIC_GATEWAY_URL'], 'ws://127.0.0.1:4001');
  assert.equal(given['FANFARE_ALLOWED_ORIGINS'], 'http://127.0.0.1:4000,http://localhost:4000');
  assert.ok((given['FANFARE_TOKEN_SECRET'] ?? '').length >= 32);
  assert.equal(serviceEnvironment(readSettings({}), {})['FANFARE_TOKEN_SECRET'], given['FANFARE_TOKEN_SECRET']);
});

test('what is set already reaches the services as it is', () => {
  const env = {
    FANFARE_REDIS_URL: 'redis://db:6379',
    FANFARE_TOKEN_SECRET: 'mine',
    FANFARE_ALLOWED_ORIGINS: 'https://a',
  };
  const given = serviceEnvironment(readSettings(env), env);
  for (const [name, value] of Object.entries(env)) assert.equal(given[name], value);
});

test('the printed commands fit the ports and the key, and can be pasted into a shell', () => {
  const text = welcome(readSettings({ API_PORT: '4000', FANFARE_ADMIN_KEY: "it's" }));
  assert.match(text, /^Fanfare is ready$/m);
  assert.match(text, /curl -i http:\/\/127\.0\.0\.1:4000\/v1\/messages -H 'Authorization: Bearer it'\\''s'/);
  assert.match(text, /npm run tail -- --user alice --api http:\/\/127\.0\.0\.1:4000 --key 'it'\\''s'$/m);
  assert.match(welcome(readSettings({})), /npm run tail -- --user alice$/m);
  assert.match(text, /^ {2}Console +http:\/\/127\.0\.0\.1:4000\/console\/$/m);
});

test('the demo, which holds the key, is there with the development key on this machine only, or where it is asked for', () => {
  /** @type {[NodeJS.ProcessEnv, boolean][]} */
  const cases = [
    [{}, true],
    [{ FANFARE_HOST: 'localhost' }, true],
    [{ FANFARE_ADMIN_KEY: 'another-key' }, false],
    [{ FANFARE_HOST: '0.0.0.0' }, false],
    [{ FANFARE_ADMIN_KEY: 'another-key', FANFARE_DEMO: 'true' }, true],
    [{ FANFARE_DEMO: 'false' }, false],
  ];
  for (const [env, isThere] of cases) {
    const settings = readSettings(env);
    assert.equal(serviceEnvironment(settings, env)['FANFARE_DEMO'], String(isThere));
    assert.equal(/^ {2}Demo +http:\/\/\S+\/demo\/$/m.test(welcome(settings)), isThere);
  }
});

test('every host of a Redis address is known', () => {
  assert.deepEqual(hostsIn('redis://user:p%40ss@db:7000/1'), [{ host: 'db', port: 7000 }]);
  assert.deepEqual(hostsIn('rediss://db'), [{ host: 'db', port: 6379 }]);
  assert.deepEqual(hostsIn('redis://[::1]:7000'), [{ host: '::1', port: 7000 }]);
  assert.deepEqual(hostsIn('redis+sentinel://a,b:26380/main'), [
    { host: 'a', port: 26379 },
    { host: 'b', port: 26380 },
  ]);
  assert.throws(() => hostsIn('localhost:6379'), /is no address of a Redis/);
});
