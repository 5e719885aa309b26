/** A whole service, small but real, on a Redis of its own. */
import { Keyspace, partitionClaim, ScriptCaller } from '@fanfare/redis-scripts';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Controller, Get, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { loadSettings } from '../settings/environment.js';
import { Loops } from '../supervision/loops.js';
import { ServiceModule } from './service.module.js';
import { type RunningService, startService } from './start-service.js';

jest.setTimeout(30_000);

/** Says what it saw, so that the test can look at the order of closing. */
const seen: string[] = [];

@Controller('v1/things')
class ThingsController {
  constructor(
    @Inject(ScriptCaller) private readonly scripts: ScriptCaller,
    @Inject(Keyspace) private readonly keys: Keyspace,
  ) {}

  @Get()
  async things(): Promise<unknown> {
    return partitionClaim(this.scripts, { config: this.keys.config }, { partitions: this.keys.partitions });
  }
}

@Module({ controllers: [ThingsController] })
class Things implements OnApplicationBootstrap {
  constructor(
    private readonly loops: Loops,
    @Inject(ScriptCaller) private readonly scripts: ScriptCaller,
    @Inject(Keyspace) private readonly keys: Keyspace,
  ) {}

  onApplicationBootstrap(): void {
    this.loops.every(10, 'watch', async (signal) => {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      const reply = await partitionClaim(this.scripts, { config: this.keys.config }, { partitions: 16 });
      seen.push(`loop ended: Redis answered ${reply.status}`);
    });
  }

  beforeApplicationShutdown(): void {
    seen.push('drained');
  }
}

let redis: ThrowawayRedis;
const running: RunningService[] = [];

beforeAll(async () => {
  redis = await startRedis({ mode: 'single', appendonly: 'always' });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.close()));
  seen.length = 0;
});
afterAll(() => redis.stop());

async function start(env: Record<string, string> = {}, port = 0): Promise<RunningService> {
  const all = { FANFARE_REDIS_URL: redis.url, FANFARE_PARTITIONS: '16', LOG_LEVEL: 'silent', ...env };
  const settings = loadSettings([], all);
  const module = { module: Things, imports: [ServiceModule.forRoot('things', settings)] };
  const cors = { origins: settings.corsOrigins, paths: '/v1/things' };
  const service = await startService({ name: 'things', module, settings, port, cors });
  running.push(service);
  return service;
}

const get = (service: RunningService, path: string, headers = {}) => fetch(`${service.url}${path}`, { headers });

test('a service answers, is live and ready, and counts its script calls', async () => {
  const service = await start();
  expect(await (await get(service, '/v1/things')).json()).toEqual({ status: 'OK' });
  expect((await get(service, '/health/live')).status).toBe(200);
  expect(await (await get(service, '/health/ready')).json()).toEqual({ status: 'ready', checks: { redis: 'ok' } });
  const page = await (await get(service, '/metrics')).text();
  expect(page).toMatch(
    /fanfare_script_call_seconds_count\{script="partition\/claim",outcome="ok",service="things"\} 2/,
  );
  expect(page).toMatch(/fanfare_http_request_seconds_count\{method="GET",route="\/v1\/things",status="200"/);
});

test('only the origins that are set may call it from a page', async () => {
  const service = await start({ FANFARE_CORS_ORIGINS: 'https://app.example' });
  const allowed = async (origin: string) =>
    (await get(service, '/v1/things', { origin })).headers.get('access-control-allow-origin');
  expect(await allowed('https://app.example')).toBe('https://app.example');
  expect(await allowed('https://other.example')).toBeNull();
});

test('while Redis is away it is live but not ready, requests are told to retry, and it comes back by itself', async () => {
  const service = await start();
  await redis.shutdown();
  await until(async () => (await get(service, '/health/ready')).status === 503, { what: 'unready' });
  expect((await get(service, '/health/live')).status).toBe(200);
  const answer = await get(service, '/v1/things');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await answer.json()).toMatchObject({ code: 'unavailable' });
  await redis.restart();
  await until(async () => (await get(service, '/health/ready')).status === 200, { what: 'ready again' });
  expect((await get(service, '/v1/things')).status).toBe(200);
});

test('closing ends loops first, then drains, and Redis closes last; twice is as good as once', async () => {
  const service = await start();
  await Promise.all([service.close(), service.close()]);
  expect(seen).toEqual(['loop ended: Redis answered OK', 'drained']);
  await expect(get(service, '/health/live')).rejects.toThrow();
});

test('a port in use is said in a line', async () => {
  const port = Number(new URL((await start()).url).port);
  await expect(start({}, port)).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
});

test('another number of partitions is refused, and both are named', async () => {
  await start();
  await expect(start({ FANFARE_PARTITIONS: '32' })).rejects.toThrow(/FANFARE_PARTITIONS is 32, but .* 16 partitions/);
});
