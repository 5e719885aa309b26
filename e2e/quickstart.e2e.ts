// The quick starts of examples/quickstart, each in its own language, against a running Fanfare through a network that loses
// the first answer and then says 503: every message arrives, and once.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { workspaceRoot } from '@fanfare/testing';
import { runProgram } from './shell.js';
import { useStage } from './stage.js';

const stage = useStage();

/** What happens to a publish: it is carried out and its answer lost; it is refused; it passes. */
type Fate = 'lose' | 'refuse';

/** Between a quick start and the api. */
class BadNetwork {
  readonly keys: unknown[] = [];
  private readonly fates: Fate[] = ['lose', 'refuse'];
  private readonly server: Server = createServer((request, response) => {
    const fate = request.method === 'POST' ? this.fates.shift() : undefined;
    if (request.method === 'POST') this.keys.push(request.headers['idempotency-key']);
    if (fate === 'refuse') {
      request.resume();
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' });
      response.end(JSON.stringify({ code: 'unavailable', status: 503, title: 'not now' }));
      return;
    }
    void this.forward(request).then(async (answer) => {
      if (fate === 'lose') return request.socket.destroy();
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
  });

  async open(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async forward(request: IncomingMessage): Promise<Response> {
    const { authorization = '', 'content-type': type, 'idempotency-key': key } = request.headers;
    const body = await text(request);
    return fetch(`${stage.fanfare.apis[0]?.url}${request.url}`, {
      method: request.method ?? '',
      headers: { authorization, ...(type && { 'content-type': type }), ...(key && { 'idempotency-key': String(key) }) },
      ...(body !== '' && { body }),
    });
  }
}

let network: BadNetwork;
let url: string;
beforeEach(async () => {
  network = new BadNetwork();
  url = await network.open();
});
afterEach(() => network.close());

/** @returns the lines that it printed, as JSON */
async function play(interpreter: string, file: string, user: string): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await runProgram(interpreter, [join(workspaceRoot(), 'examples', 'quickstart', file)], {
    FANFARE_URL: url,
    FANFARE_KEY: stage.fanfare.credentials.adminKey,
    QUICKSTART_USER: user,
    QUICKSTART_GROUP: stage.name(file === 'curl.sh' ? 'quick' : 'quick gröup/1'), // a shell can't percent-encode
  });
  expect({ code, err }).toMatchObject({ code: 0 });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const isThere = (interpreter: string): boolean => spawnSync(interpreter, ['--version']).error === undefined;

/** The one that `npm test` found or fetched. */
const php = process.env['FANFARE_TEST_PHP'] || 'php';

describe.each([
  ['curl', 'sh', 'curl.sh'],
  ['node', process.execPath, 'node.mjs'],
  ['python3', 'python3', 'python.py'],
  ['php', php, 'publish.php'],
])('%s', (needs, interpreter, file) => {
  const title = 'publishes to a user and a group once each, whatever happens to the first answers, and reads the count';
  if (needs !== 'node' && !isThere(needs === 'php' ? php : needs)) {
    const words = `NOT RUN: there is no ${needs} on this machine, so examples/quickstart/${file} was not tried`;
    process.stderr.write(`${words}\n`); // titles of skipped tests are not shown
    test.skip(words, () => undefined);
    return;
  }

  test(title, async () => {
    const user = stage.name('quick');
    const [toUser, toGroup, unread] = await play(interpreter, file, user);
    expect(toUser).toMatchObject({ state: 'published', timeline: `user:${user}`, offset: 1, duplicate: true });
    expect(toGroup).toMatchObject({ state: 'published', offset: 1 });
    expect(unread).toMatchObject({ total: 2 });
    const [first, again, third, group] = network.keys;
    expect([again, third]).toEqual([first, first]); // lost, refused, answered
    expect(group).not.toBe(first);
    expect((await stage.api.unread(user)).body.total).toBe(2);
  });

  test('what is refused for good is not tried again, and ends it with an error', async () => {
    const { code, out, err } = await runProgram(interpreter, [join(workspaceRoot(), 'examples', 'quickstart', file)], {
      FANFARE_URL: stage.fanfare.apis[0]?.url ?? '',
      FANFARE_KEY: 'wrong',
    });
    expect(code).not.toBe(0);
    expect(out + err).toContain('unauthorized');
  });
});
