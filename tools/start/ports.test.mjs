import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { Trouble } from '../bootstrap/trouble.mjs';
import { freePort } from './fixtures/observed.mjs';
import { portFrom, requireFree } from './ports.mjs';

const HOST = '127.0.0.1';

test('a port setting that is none is refused by name', () => {
  for (const text of ['abc', '0', '65536', '30.5', '-1']) {
    assert.throws(() => portFrom({ API_PORT: text }, 'API_PORT', 3000), { name: 'Trouble', message: /^API_PORT is / });
  }
});

test('an unset or empty port setting is the default', () => {
  assert.equal(portFrom({}, 'API_PORT', 3000).port, 3000);
  assert.equal(portFrom({ API_PORT: '' }, 'API_PORT', 3000).port, 3000);
});

test('two settings with the same port are refused, naming both', async () => {
  const ports = [
    { setting: 'API_PORT', port: 3999 },
    { setting: 'GATEWAY_PORT', port: 3999 },
  ];
  await assert.rejects(requireFree(ports, HOST), /API_PORT and GATEWAY_PORT are both 3999/);
});

test('a port in use is refused, naming its setting', async () => {
  const server = createServer();
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, HOST, () => resolve(undefined)));
  try {
    await assert.rejects(requireFree([{ setting: 'API_PORT', port }], HOST), (error) => {
      return error instanceof Trouble && /in use.*API_PORT/.test(error.message);
    });
  } finally {
    server.close();
  }
  await requireFree([{ setting: 'API_PORT', port }], HOST);
});
