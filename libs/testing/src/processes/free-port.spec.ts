import { createServer } from 'node:net';
import { freePort, isFree } from './free-port.js';

test('gives out no port twice', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(50);
});

test('stays below the ports that systems lend to outgoing connections, the cluster bus included', async () => {
  const port = await freePort({ withClusterBus: true });
  expect(port + 10_000).toBeLessThan(32_768);
});

test('knows a port that is taken', async () => {
  const port = await freePort();
  expect(await isFree(port)).toBe(true);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect(await isFree(port)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
});
