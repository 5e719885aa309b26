/** The filter, the body parser and the schema pipe in a service without Redis. */
import { Problem, publishRequest, userId } from '@fanfare/contracts';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connect } from 'node:net';
import { SchemaPipe } from '../validation/schema.pipe.js';
import { fastifyAdapter } from './fastify.js';
import { acceptJsonBodies } from './json-bodies.js';
import { ProblemFilter } from './problem.filter.js';

@Controller()
class EchoController {
  @Post('messages')
  publish(@Body({ schema: publishRequest }) body: unknown): unknown {
    return body;
  }

  @Get('users/:id')
  user(@Param('id', { schema: userId }) id: string): unknown {
    return { id };
  }

  @Get('full')
  full(): never {
    throw new Problem('lane_full', 'too many', { retryAfter: 3 });
  }

  @Get('closed')
  closed(): never {
    throw new Problem('unauthorized', 'no key');
  }

  @Get('broken')
  broken(): never {
    throw new TypeError('secret is not a function');
  }
}

@Module({
  controllers: [EchoController],
  providers: [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: SchemaPipe },
  ],
})
class EchoModule {}

let app: NestFastifyApplication;

beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(EchoModule, fastifyAdapter(), {
    logger: false,
    bodyParser: false,
  });
  acceptJsonBodies(app.getHttpAdapter().getInstance());
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

async function answer(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: string | Buffer,
  type = 'application/json',
) {
  const headers = body === undefined ? {} : { 'content-type': type };
  const response = await app.inject({ method, url, headers, ...(body !== undefined && { body }) });
  return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, unknown>>() };
}

const good = '{"to":{"user":"alice"},"payload":{"a":[1,null]}}';

test('a good body arrives as it was sent', async () => {
  expect(await answer('POST', '/messages', good)).toMatchObject({ status: 201, body: JSON.parse(good) as object });
});

test.each([
  ['text that is no JSON', '{"to":', 400, 'bad_request'],
  ['nothing', '', 400, 'bad_request'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'bad_request'],
  ['__proto__', '{"to":{"all":true},"payload":{"x":[{"__proto__":{"a":1}}]}}', 400, 'bad_request'],
  ['__proto__ in escapes', '{"to":{"all":true},"payload":{"\\u005f_proto\\u005F_":1}}', 400, 'bad_request'],
  ['a body over 1 MiB', `"${'x'.repeat(1024 * 1024)}"`, 413, 'too_large'],
  ['a list', '[]', 422, 'invalid'],
  ['null', 'null', 422, 'invalid'],
  ['a body nested 200,000 deep', '['.repeat(200_000) + ']'.repeat(200_000), 422, 'invalid'],
  ['__proto__ 100,000 deep', `${'['.repeat(100_000)}{"__proto__":1}${']'.repeat(100_000)}`, 400, 'bad_request'],
])('%s is refused with a problem document', async (_, body, status, code) => {
  const { headers, ...rest } = await answer('POST', '/messages', body);
  expect(rest).toMatchObject({ status, body: { status, code } });
  expect(headers['content-type']).toContain('application/problem+json');
});

test('the text "__proto__" as a value is as good as any', async () => {
  expect((await answer('POST', '/messages', '{"to":{"all":true},"payload":"__proto__"}')).status).toBe(201);
});

test('a body of another type is told what is taken', async () => {
  const { status, body } = await answer('POST', '/messages', good, 'application/x-www-form-urlencoded');
  expect({ status, ...body }).toMatchObject({ status: 400, code: 'bad_request', detail: /application\/json/ });
});

test('what does not fit a schema is told by pointers', async () => {
  expect(await answer('POST', '/messages', '{"to":{"user":""},"payload":1,"x":1}')).toMatchObject({
    status: 422,
    body: { code: 'invalid', errors: [{ pointer: '/to/user' }, { pointer: '/x', detail: 'is not a known field' }] },
  });
});

test('ids in paths are decoded, and checked', async () => {
  expect((await answer('GET', '/users/a%2Fb%20%C3%BC')).body).toEqual({ id: 'a/b ü' });
  const errors = [{ pointer: '/id', detail: expect.stringMatching(/^in the path: a user id must/) as string }];
  for (const id of ['a%00b', 'x'.repeat(129), '%C3%BC'.repeat(65)]) {
    expect(await answer('GET', `/users/${id}`)).toMatchObject({ status: 422, body: { code: 'invalid', errors } });
  }
});

test('a path that is not percent-encoded UTF-8 is a bad request', async () => {
  for (const id of ['%zz', '%ff', '%']) {
    expect(await answer('GET', `/users/${id}`)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  }
});

test('an unknown path, or another method, is not found', async () => {
  expect(await answer('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await answer('DELETE', '/messages')).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('when to retry, and how to authenticate, are in the headers', async () => {
  expect((await answer('GET', '/full')).headers).toMatchObject({ 'retry-after': '3' });
  expect((await answer('GET', '/closed')).headers).toMatchObject({ 'www-authenticate': 'Bearer' });
});

test('a fault of ours says nothing of the inside', async () => {
  const { status, body } = await answer('GET', '/broken');
  expect({ status, ...body }).toMatchObject({ status: 500, code: 'internal' });
  expect(JSON.stringify(body)).not.toContain('secret');
});

test('bytes that are no HTTP get a problem document too', async () => {
  const { port } = new URL(await app.getUrl());
  const socket = connect(Number(port), '127.0.0.1', () => socket.write('HELLO\r\n\r\n'));
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json[^]*"code":"bad_request"/);
});
