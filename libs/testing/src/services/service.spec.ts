import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService } from './service.js';

const folder = mkdtempSync(join(tmpdir(), 'fanfare-service-'));
afterAll(() => rmSync(folder, { recursive: true }));

let scripts = 0;
function entry(script: string): string {
  const file = join(folder, `${++scripts}.mjs`);
  writeFileSync(file, script);
  return file;
}

/** Answers 503 once, then 200. */
const server = `import { createServer } from 'node:http';
  console.log(JSON.stringify(process.env));
  let asked = 0;
  createServer((request, response) => { response.statusCode = ++asked > 1 ? 200 : 503; response.end(); })
    .listen(Number(process.env.API_PORT), '127.0.0.1');`;
const endsWell = `process.on('SIGTERM', () => process.exit(0));`;

test('is ready when /health/ready answers 200, and ends by SIGTERM', async () => {
  const service = await startService('api', { FANFARE_APP: 'shop' }, { entry: entry(server + endsWell) });
  expect(await service.isReady()).toBe(true);
  await service.stop();
  expect(service.isRunning).toBe(false);
});

test('gets its settings and none of those of whoever runs the tests', async () => {
  process.env['FANFARE_REDIS_URL'] = 'redis://of-the-developer';
  const service = await startService('api', { FANFARE_APP: 'shop' }, { entry: entry(server + endsWell) });
  delete process.env['FANFARE_REDIS_URL'];
  const [line] = service.logs().split('\n');
  expect(JSON.parse(line ?? '')).toMatchObject({ FANFARE_APP: 'shop', API_PORT: String(service.port) });
  expect(line).not.toContain('of-the-developer');
  await service.stop();
});

test('one that dies at the start is told at once, with what it said', async () => {
  const starting = startService('api', {}, { entry: entry('console.log("no Redis here"); process.exit(1)') });
  await expect(starting).rejects.toThrow(/ended before it was ready \(exit code 1\):\nno Redis here/);
});

test('one that does not become ready is ended and told', async () => {
  const starting = startService('api', {}, { entry: entry('setInterval(() => {}, 1000)'), readyDeadlineMs: 300 });
  await expect(starting).rejects.toThrow('was not ready in 300 ms');
});

test('one that has to be killed at stop is an error', async () => {
  const stubborn = entry(`${server} process.on('SIGTERM', () => {});`);
  const service = await startService('api', {}, { entry: stubborn });
  await expect(service.stop(100)).rejects.toThrow('did not end within 100 ms of SIGTERM');
});

test('one that ends with another exit code than 0 is an error', async () => {
  const careless = entry(`${server} process.on('SIGTERM', () => process.exit(7));`);
  const service = await startService('api', {}, { entry: careless });
  await expect(service.stop()).rejects.toThrow('ended with 7');
});
