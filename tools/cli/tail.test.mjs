import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, Observed, until } from '../start/fixtures/observed.mjs';
import { Platform } from './fixtures/platform.mjs';

const TAIL = fileURLToPath(new URL('tail.mjs', import.meta.url));

/** @type {Platform} */
let platform;
/** @type {Observed[]} */
let tails = [];

beforeEach(async () => {
  platform = await new Platform().start();
  tails = [];
});

afterEach(async () => {
  for (const tail of tails) tail.signal('SIGKILL');
  await Promise.all(tails.map(({ ended }) => ended));
  platform.stop();
});

/** @param {string[]} args */
function tail(...args) {
  const started = new Observed(process.execPath, [TAIL, '--user', 'alice', '--api', platform.url, ...args]);
  tails.push(started);
  return started;
}

/**
 * The gateway's side of the nth connection, once the client has introduced itself.
 * @param {number} number from 0
 */
async function peer(number) {
  await until(
    () => platform.peers[number]?.framesOf('connect').length === 1,
    () => `no connection ${number}`,
  );
  return /** @type {NonNullable<typeof platform.peers[0]>} */ (platform.peers[number]);
}

test('a token is asked for with the key, and messages are shown as they arrive', async () => {
  const run = tail('--device', 'phone', '--key', 'k');
  const gateway = await peer(0);
  assert.deepEqual(platform.tokenRequests, [
    { key: 'Bearer k', path: '/v1/tokens', body: { user: 'alice', device: 'phone' } },
  ]);
  assert.deepEqual(gateway.framesOf('connect'), [{ token: 't1', device: 'phone', resume: {} }]);
  gateway.welcome();
  gateway.message(1);
  await run.prints(/user:alice #1 {2}text {2}\{"n":1\}/);
});

test('messages are acknowledged together, and without --ack not at all', async () => {
  const run = tail();
  const gateway = await peer(0);
  gateway.welcome();
  for (const offset of [1, 2, 3]) gateway.message(offset);
  await until(
    () => gateway.framesOf('ack').length > 0,
    () => 'nothing was acknowledged',
  );
  assert.deepEqual(gateway.framesOf('ack'), [{ 'user:alice': 3 }]);

  const silent = tail('--no-ack');
  const other = await peer(1);
  other.welcome();
  other.message(1);
  await silent.prints('#1');
  silent.signal('SIGINT');
  assert.equal(await silent.ended, 0);
  assert.deepEqual(other.framesOf('ack'), []);
  run.signal('SIGINT');
});

test('after 64 messages it does not wait for the second to be over', async () => {
  tail();
  const gateway = await peer(0);
  gateway.welcome();
  for (let offset = 1; offset <= 130; offset++) gateway.message(offset);
  await until(
    () => gateway.framesOf('ack').length >= 2,
    () => 'two acknowledgements were expected',
  );
  assert.deepEqual(gateway.framesOf('ack').slice(0, 2), [{ 'user:alice': 64 }, { 'user:alice': 128 }]);
});

test('Ctrl-C acknowledges what was shown, closes, and ends with exit code 0', async () => {
  const run = tail();
  const gateway = await peer(0);
  gateway.welcome();
  gateway.message(1);
  await run.prints('#1');
  run.signal('SIGINT');
  assert.equal(await run.ended, 0);
  assert.equal(await gateway.closed, 1000);
  assert.deepEqual(gateway.framesOf('ack'), [{ 'user:alice': 1 }]);
});

test('a ping is answered', async () => {
  tail();
  const gateway = await peer(0);
  gateway.welcome();
  gateway.send('ping');
  await until(
    () => gateway.framesOf('pong').length === 1,
    () => 'no pong',
  );
});

test('after a lost connection it resumes from where it was, and shows no message twice', async () => {
  const run = tail('--json');
  const first = await peer(0);
  first.welcome([
    { timeline: 'user:alice', epoch: '1.a', from: 0 },
    { timeline: 'all', epoch: '1.b', from: 7 },
    { timeline: 'group:empty', epoch: '', from: 0 },
  ]);
  first.message(1);
  await run.prints('"offset":1,');
  first.close(1012);
  await run.prints('the gateway is restarting (1012)');

  const second = await peer(1);
  const [{ token, resume }] = second.framesOf('connect');
  assert.equal(token, 't2');
  assert.deepEqual(resume, { 'user:alice': { offset: 1, epoch: '1.a' }, all: { offset: 7, epoch: '1.b' } });
  second.welcome();
  second.message(1);
  second.message(2);
  await run.prints('"offset":2,');
  assert.equal(run.output.match(/"offset":1,/g)?.length, 1);
});

test('a reset moves the position, and says what is not sent', async () => {
  const run = tail();
  const gateway = await peer(0);
  gateway.welcome();
  gateway.message(9, '1.a');
  gateway.send('reset', { timeline: 'user:alice', epoch: '2.b', from: 5, reason: 'rolled_back' });
  gateway.message(6, '2.b');
  await run.prints('#6');
  await run.prints('user:alice: what is missing up to #5 is not sent (rolled_back)');
});

test('asked to, it connects again after the time it is told', async () => {
  const run = tail();
  const gateway = await peer(0);
  gateway.welcome();
  gateway.send('reconnect', { afterMs: 20 });
  await peer(1);
  assert.match(run.output, /asks to connect again in 0\.02 s/);
});

test('an error event is shown', async () => {
  const run = tail();
  (await peer(0)).send('error', { code: 'bad_resume', message: 'no such position' });
  await run.prints('error bad_resume: no such position');
});

test('text in a message cannot steer the terminal', async () => {
  const run = tail();
  const gateway = await peer(0);
  gateway.welcome();
  const message = { id: 'm', type: '\u001b[31m', priority: 'normal', at: 0, payload: '\u009b1m\u202e' };
  gateway.send('message', { timeline: 'all', message });
  await run.prints('\\u001b[31m');
  for (const character of ['\u001b', '\u009b', '\u202e']) assert.ok(!run.output.includes(character));
});

test('a close that coming back cannot mend ends it with a line and exit code 1', async () => {
  for (const [code, text] of /** @type {const} */ ([
    [4401, 'does not accept the token'],
    [4409, 'the backend disconnected this user (4409)'],
  ])) {
    const before = platform.peers.length;
    const run = tail();
    (await peer(before)).close(code);
    assert.equal(await run.ended, 1);
    assert.ok(run.output.includes(text), run.output);
  }
});

test('an API that is not there is one clear line and exit code 3', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const nowhere = new Observed(process.execPath, [TAIL, '--user', 'a', '--url', url]);
  assert.equal(await nowhere.ended, 3);
  assert.match(
    nowhere.output,
    /^Nothing answers at http:\/\/127\.0\.0\.1:\d+: is it running\? `npm start` starts it\.\n$/,
  );
});

test('an API that refuses is one clear line and exit code 1', async () => {
  for (const [status, text] of /** @type {const} */ ([
    [401, /^The API does not accept this key/],
    [422, /^The API refuses a token for this user: 422 no such luck\n$/],
    [503, /^The API says 503 no such luck\n$/],
  ])) {
    platform.tokenStatus = status;
    const run = tail();
    assert.equal(await run.ended, 1);
    assert.match(run.output, text);
  }
});

test('without a user it says what is missing, with exit code 2', async () => {
  const run = new Observed(process.execPath, [TAIL]);
  assert.equal(await run.ended, 2);
  assert.match(run.output, /--user <id>' not specified/);
});

test('npm run tail is a short form of fanfare tail', async () => {
  const main = fileURLToPath(new URL('main.mjs', import.meta.url));
  const run = new Observed(process.execPath, [main, 'tail', '-u', 'alice', '--url', platform.url, '--json']);
  tails.push(run);
  const gateway = await peer(0);
  gateway.welcome();
  gateway.message(1);
  await run.prints('"offset":1,');
});
