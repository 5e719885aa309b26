import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Observed, until } from '../start/fixtures/observed.mjs';
import { TestRedis } from './fixtures/redis.mjs';
import { builtProblems } from './verify.mjs';
import { library, sources } from './library.mjs';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const threshold = ['--busy-reply-threshold', '50'];
const alice = ['--of', 'user:alice', 'user=alice'];

/**
 * @param {TestRedis} redis
 * @param {string[]} args
 */
async function scripts(redis, ...args) {
  const run = new Observed(process.execPath, [MAIN, ...args], {
    ...{ FANFARE_REDIS_URL: redis.url, FANFARE_APP: '', FANFARE_PARTITIONS: '' },
    ...{ API_PORT: '1', GATEWAY_PORT: '1', WORKER_PORT: '1', PRESENCE_PORT: '1', MEMBERSHIP_PORT: '1' },
  });
  return { code: await run.ended, output: run.output };
}

describe('on a Redis that is there', () => {
  /** @type {TestRedis} */
  let redis;
  before(async () => void (redis = await new TestRedis().start(...threshold)));
  after(() => redis.stop());
  afterEach(() => redis.say('FLUSHALL'));

  test('list tells of each script whether it is loaded, and load loads all of them', async () => {
    await redis.say('SCRIPT', 'FLUSH');
    const earlier = await scripts(redis, 'list');
    assert.equal(earlier.code, 0);
    for (const { name, sha1 } of sources()) assert.match(earlier.output, new RegExp(`^${name} +${sha1} .*no$`, 'm'));
    const loading = await scripts(redis, 'load');
    assert.match(loading.output, new RegExp(`${sources().length} scripts loaded on 127`));
    assert.equal(loading.code, 0);
    const later = JSON.parse((await scripts(redis, 'list', '--json')).output);
    assert.deepEqual(
      later.scripts.map((/** @type {{ loaded: object }} */ row) => Object.values(row.loaded)),
      sources().map(() => [true]),
    );
  });

  test('verify finds the build and the wrappers as the sources make them, and Redis willing', async () => {
    const { code, output } = await scripts(redis, 'verify');
    assert.match(output, /wrappers current, SHA-1s right, taken by/);
    assert.equal(code, 0);
  });

  test('verify names what differs: control', async () => {
    const built = await library();
    assert.deepEqual(builtProblems(built), []);
    const [first, second, ...others] = built.allScripts;
    assert.ok(first && second);
    const altered = [{ ...second, source: `${second.source} ` }, { ...first, name: 'more/than' }, ...others];
    const problems = builtProblems({ ...built, allScripts: altered });
    assert.equal(problems.length, 3);
    assert.match(problems.join('\n'), new RegExp(`${first.name}: the build has none`));
    assert.match(problems.join('\n'), new RegExp(`${second.name}: its text has the SHA-1`));
    assert.match(problems.join('\n'), /more\/than: the build has it/);
  });

  test('a user who may not load scripts makes verify and load fail, by name', async () => {
    await redis.say('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', '-script|load');
    const url = redis.url.replace('//', '//reader:secret@');
    for (const command of ['verify', 'load']) {
      const { code, output } = await scripts(redis, command, '--redis', url);
      assert.match(output, /user\/info: 127\S+ does not take it: NOPERM/);
      assert.equal(code, 1);
    }
  });

  test('run takes keys and arguments by name, and shows the reply by its grammar', async () => {
    const put = [
      'run',
      'user/put',
      ...alice,
      'stateMs=100000',
      'name=plan',
      'value="pro"',
      'name=city',
      'value="\u0007"',
    ];
    const refused = await scripts(redis, ...put);
    assert.match(refused.output, /user\/put writes.*--yes/);
    assert.equal(refused.code, 2);
    assert.equal(await redis.say('DBSIZE'), ':0\r\n');
    assert.equal((await scripts(redis, ...put, '--yes')).output, 'OK\n  created  1\n');

    const { code, output } = await scripts(redis, 'run', 'user/info', ...alice);
    assert.equal(code, 0);
    assert.match(output, /^OK\n {2}since +\d+\n[^]*attributes +4\n {4}plan\n {4}"pro"\n {4}city\n {4}"\\x07"\n$/);
    const json = JSON.parse((await scripts(redis, 'run', 'user/info', ...alice, '--json')).output);
    assert.deepEqual([json.status, json.attributes], ['OK', ['plan', '"pro"', 'city', '"\u0007"']]);
    assert.equal((await scripts(redis, 'run', 'user/info', '--of', 'user:bob', 'user=bob')).output, 'UNKNOWN\n');
  });

  test('keys may be named one by one, and what Redis says against them is told', async () => {
    const keys = ['log={a}l', 'state={a}s'];
    const given = ['after=0', 'before=0', 'until=0', 'floor=0', 'limit=5', 'maxBytes=99'];
    const page = await scripts(redis, 'run', 'timeline/page', 'part={a}p', ...keys, ...given);
    assert.equal(page.output, 'TAKE\n'); // for a caller to take the partition; this is not one
    assert.equal(await redis.say('DBSIZE'), ':0\r\n');
    await redis.say('SET', '{a}p', 'no hash');
    const wrong = await scripts(redis, 'run', 'timeline/page', 'part={a}p', ...keys, ...given);
    assert.match(wrong.output, /^timeline\/page: WRONGTYPE/);
    assert.equal(wrong.code, 1);
  });

  test('time tells the median and p99, and refuses a script that writes', async () => {
    const { code, output } = await scripts(redis, 'time', 'user/info', ...alice, '--calls', '50');
    assert.equal(code, 0);
    assert.match(output, /user\/info: 50 calls[^]*median +[\d.]+ ms\n {2}p99 +[\d.]+ ms/);
    const json = JSON.parse((await scripts(redis, 'time', 'user/info', ...alice, '-n', '20', '--json')).output);
    assert.equal(json.calls, 20);
    assert.ok(json.p99Ms >= json.medianMs && json.maxMs >= json.p99Ms);
    assert.equal((await scripts(redis, 'time', 'user/ack', ...alice)).code, 2);
  });

  test('kill tells that nothing runs', async () => {
    const { code, output } = await scripts(redis, 'kill');
    assert.match(output, /no script runs for too long/);
    assert.equal(code, 0);
  });
});

describe('on a Redis that a script keeps busy', () => {
  /** @type {TestRedis} */
  let redis;
  beforeEach(async () => void (redis = await new TestRedis().start(...threshold)));
  afterEach(() => redis.stop());

  /** @param {string} source @returns {Promise<{ told: Promise<string> }>} what its caller is told in the end */
  async function runAway(source) {
    const told = redis.say('EVAL', source, '0').catch(String);
    await until(isBusy, () => 'it did not become busy');
    return { told };
  }
  const isBusy = async () => (await redis.say('PING')).startsWith('-BUSY');

  test('kill ends one that has written nothing, and the others say meanwhile that it would', async () => {
    const { told } = await runAway('while true do end');
    const list = await scripts(redis, 'list');
    assert.match(list.output, /keeps the Redis at redis:\/\/127\S+ busy: `npm run scripts -- kill`/);
    assert.equal(list.code, 1);
    const kill = await scripts(redis, 'kill');
    assert.match(kill.output, /^127\S+: ended a script; it had written nothing\n$/);
    assert.equal(kill.code, 0);
    assert.match(await told, /Script killed by user/);
    assert.equal(await isBusy(), false);
  });

  test('one that has written goes on, and kill says where to read what to do', async () => {
    await runAway(`redis.call('SET', 'x', 1) while true do end`);
    const { code, output } = await scripts(redis, 'kill');
    assert.match(output, /has written and cannot be ended: see .* docs\/operations\.md/);
    assert.equal(code, 1);
    assert.equal(await isBusy(), true);
  });
});

describe('what makes no sense, or cannot be', { concurrency: 4 }, () => {
  const away = /** @type {TestRedis} */ ({ url: 'redis://user:secret@127.0.0.1:1' });

  for (const command of ['list', 'verify', 'load', 'kill']) {
    test(`${command} without a Redis says which setting to use, and no password`, async () => {
      const { code, output } = await scripts(away, command);
      assert.match(output, /127\.0\.0\.1:1 cannot be reached[^]*npm start[^]*FANFARE_REDIS_URL/);
      assert.doesNotMatch(output, /secret/);
      assert.equal(code, 1);
    });
  }

  const wrong = /** @type {const} */ ([
    [[], /Which command\?/],
    [['frob'], /no command "frob"/],
    [['run'], /Which script\?/],
    [['run', 'user/nope'], /there are user\/ack/],
    [['run', 'user/info', ...alice, 'nope=1'], /no key or argument "nope"/],
    [['run', 'user/info', 'alice'], /not name=value/],
    [['run', 'user/info', '--of', 'alice'], /it is user:<id>/],
    [['run', 'user/info', 'user=alice'], /missing: key state \(hash: /],
    [['time', 'user/info', ...alice, '-n', '0'], /--calls/],
    [['load', 'user/info'], /"user\/info" is too much/],
    [['list', '--nope'], /Unknown option '--nope'/],
    [['list', '--redis', 'http://a'], /--redis: a Redis URL has one of the forms/],
    [['list', '--metrics', 'a'], /no address of a service/],
  ]);
  for (const [args, message] of wrong) {
    test(`"${args.join(' ')}" ends with exit code 2 and says why`, async () => {
      const { code, output } = await scripts(away, ...args);
      assert.match(output, message);
      assert.equal(code, 2);
    });
  }

  test('--help names every command and option, wherever it stands', async () => {
    const { code, output } = await scripts(away, 'run', '--help');
    for (const word of [
      'list',
      'verify',
      'load',
      'time',
      'run',
      'kill',
      '--redis',
      '--of',
      '--calls',
      '--yes',
      '--json',
    ]) {
      assert.ok(output.includes(`  ${word}`), word);
    }
    assert.equal(code, 0);
  });
});
