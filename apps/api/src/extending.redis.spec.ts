/** What docs/extending.md promises of the api: a module of a team's own around it. */
import { Problem } from '@fanfare/contracts';
import { loadSettings, type RunningService } from '@fanfare/service-kit';
import { signToken, startRedis, type ThrowawayRedis } from '@fanfare/testing';
import { Publisher } from '@fanfare/timelines';
import { Controller, Get, Inject, Module, Post } from '@nestjs/common';
import { ApiModule, type ApiSettings, startApi, TokenUser } from './index.js';

jest.setTimeout(30_000);

const adminKey = 'key-of-the-team';
const tokenSecret = 'x'.repeat(32);
const settingsIn = 'settings of the team';

@Controller('v1/orders')
class OrdersController {
  constructor(@Inject(Publisher) private readonly publisher: Publisher) {}

  @Post()
  ship(): Promise<unknown> {
    return this.publisher.publish({ to: { user: 'alice' }, type: 'order.shipped', payload: { order: 4711 } });
  }

  @Post('refused')
  refuse(): never {
    throw new Problem('conflict', 'the order is shipped already');
  }
}

@Controller('v1/me/orders')
class OwnOrdersController {
  @Get()
  own(@TokenUser() user: string): unknown {
    return { of: user };
  }
}

@Controller('v1/others')
class MistakenController {
  @Get()
  own(@TokenUser() user: string): unknown {
    return { of: user };
  }
}

@Module({ providers: [], exports: [] })
class Nothing {}

let redis: ThrowawayRedis;
let api: RunningService;

beforeAll(async () => {
  redis = await startRedis({ mode: 'single' });
  const settings = loadSettings(['adminKey', 'tokenSecret'], {
    FANFARE_REDIS_URL: redis.url,
    FANFARE_ADMIN_KEY: adminKey,
    FANFARE_TOKEN_SECRET: tokenSecret,
    FANFARE_PARTITIONS: '16',
    API_PORT: '0',
    LOG_LEVEL: 'silent',
  });
  const provided = {
    module: Nothing,
    providers: [{ provide: settingsIn, useValue: settings }],
    exports: [settingsIn],
  };
  const imported = ApiModule.forRootAsync({
    imports: [provided],
    inject: [settingsIn],
    useFactory: (found: ApiSettings) => Promise.resolve(found),
  });
  api = await startApi(settings, {
    module: class Shop {},
    imports: [imported],
    controllers: [OrdersController, OwnOrdersController, MistakenController],
  });
});

afterAll(async () => {
  await api?.close();
  await redis?.stop();
});

const post = (path: string, key = adminKey) =>
  fetch(`${api.url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}` } });

test("a team's controller below /v1/ publishes, with the domain by injection", async () => {
  const answer = await post('/v1/orders');
  expect(await answer.json()).toMatchObject({ state: 'published', timeline: 'user:alice', offset: 1 });
});

test('it asks for the same credentials, and its problems are problem documents', async () => {
  expect((await post('/v1/orders', 'guess')).status).toBe(401);
  const refused = await post('/v1/orders/refused');
  expect([refused.status, refused.headers.get('content-type')]).toEqual([409, expect.stringContaining('problem+json')]);
});

test("below /v1/me/ it asks for a user's token and is told the user; a handler elsewhere gets nobody's", async () => {
  const claims = { sub: 'alice', app: 'default', exp: Math.floor(Date.now() / 1000) + 60 };
  const get = (path: string, bearer: string) =>
    fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
  const own = await get('/v1/me/orders', signToken({ claims, secret: tokenSecret }));
  expect([own.status, await own.json()]).toEqual([200, { of: 'alice' }]);
  expect((await get('/v1/me/orders', adminKey)).status).toBe(401);
  expect((await get('/v1/others', adminKey)).status).toBe(500);
});

test('it shows in the OpenAPI document, beside the endpoints of the api', async () => {
  const { paths } = (await (await fetch(`${api.url}/docs/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v1/orders', '/v1/messages']));
});
