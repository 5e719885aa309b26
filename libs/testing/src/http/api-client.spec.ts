import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient } from './api-client.js';

let server: Server;
let api: ApiClient;
let seen: { method?: string; url?: string; authorization?: string; type?: string; body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { authorization, 'content-type': type } = request.headers;
      seen = { ...pick(request), ...(authorization && { authorization }), ...(type && { type }), body };
      response.statusCode = 418;
      response.end(request.url?.includes('empty') ? '' : '{"code":"teapot"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = new ApiClient(address(), 'key');
});
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => new Promise((resolve) => server.close(resolve)));

const pick = ({ method, url }: IncomingMessage) => ({ ...(method && { method }), ...(url && { url }) });

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

test('gives back the answer whole, whatever its status', async () => {
  const answer = await api.publish({ to: { user: 'alice' }, payload: 1 });
  expect(answer).toMatchObject({ status: 418, body: { code: 'teapot' } });
  expect(seen).toEqual({
    method: 'POST',
    url: '/v1/messages',
    authorization: 'Bearer key',
    type: 'application/json',
    body: '{"to":{"user":"alice"},"payload":1}',
  });
});

test('encodes ids in paths', async () => {
  await api.join('a/b', 'ü?');
  expect(seen).toMatchObject({ method: 'PUT', url: '/v1/groups/a%2Fb/members/%C3%BC%3F', body: '' });
});

test('sends queries, and no content type where there is no content', async () => {
  await api.inbox('alice', { timeline: '*', limit: 5, unread: true });
  expect(seen.url).toBe('/v1/users/alice/inbox?timeline=*&limit=5&unread=true');
  expect(seen).not.toHaveProperty('type');
});

test('sends raw bytes as they are, and an answer without body has none', async () => {
  const answer = await api.call('POST', '/empty', { raw: '{"broken', headers: { authorization: 'Basic x' } });
  expect(seen).toMatchObject({ body: '{"broken', authorization: 'Basic x' });
  expect(answer.body).toBeUndefined();
});

test('calls replicas in turn', async () => {
  const [url = '', other = ''] = ['one', 'two'].map((name) => `${address()}/${name}`);
  const balanced = new ApiClient([url, other], 'key');
  const paths: string[] = [];
  for (let call = 0; call < 3; call++) {
    await balanced.group('g');
    paths.push(seen.url ?? '');
  }
  expect(paths).toEqual(['/one/v1/groups/g', '/two/v1/groups/g', '/one/v1/groups/g']);
});
