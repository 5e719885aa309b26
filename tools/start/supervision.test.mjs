import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, isAlive, Observed, until } from './fixtures/observed.mjs';

const RUN = fileURLToPath(new URL('fixtures/run.mjs', import.meta.url));

/**
 * @param {...(readonly [name: string, behaviour?: string])[]} stages
 */
async function start(...stages) {
  const plan = [];
  for (const stage of stages) {
    const withPorts = [];
    for (const [name, behaviour = 'ready'] of stage) withPorts.push([name, await freePort(), behaviour]);
    plan.push(withPorts);
  }
  return new Observed(process.execPath, [RUN, JSON.stringify(plan)]);
}

/** @param {Record<string, number>} pids */
async function allGone(pids) {
  const all = Object.values(pids);
  await until(
    () => !all.some(isAlive),
    () => `still there: ${all.filter(isAlive)}`,
  );
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  test(`${signal} ends everything that is ready, with exit code 0`, async () => {
    const run = await start([['redis']], [['api'], ['presence']]);
    await run.prints('Everything is ready');
    const { pids } = run;
    assert.deepEqual(Object.keys(pids), ['redis', 'api', 'presence']);
    run.signal(signal);
    assert.equal(await run.ended, 0);
    await allGone(pids);
  });
}

test('a child that ignores SIGTERM is killed after its deadline', async () => {
  const run = await start([['api', 'stubborn']]);
  await run.prints('Everything is ready');
  const { pids } = run;
  run.signal('SIGTERM');
  assert.equal(await run.ended, 0);
  await allGone(pids);
});

test('a child that dies is named, started again, and waited for', async () => {
  const run = await start([['redis']], [['api']]);
  await run.prints('Everything is ready');
  const before = run.pids;
  process.kill(before['api'] ?? 0, 'SIGKILL');
  await run.prints('api ended (signal SIGKILL); it is started again in 0.25 s');
  await run.prints('api is ready again');
  assert.notEqual(run.pids['api'], before['api']);
  assert.equal(run.pids['redis'], before['redis']);
  run.signal('SIGTERM');
  await run.ended;
  await allGone(run.pids);
});

test('five deaths of one child within a minute end everything with exit code 1', async () => {
  const run = await start([['redis']], [['api', 'brittle']]);
  await run.prints('"name":"redis"');
  const { pids } = run;
  assert.equal(await run.ended, 1);
  assert.match(run.output, /api ended \(exit code 3\)\. It died 5 times within 60 s, so everything is ended/);
  assert.equal((run.output.match(/it is started again/g) ?? []).length, 4);
  await allGone(pids);
});

test('a child that dies before everything is ready is one line with its reason, and exit code 1', async () => {
  const run = await start([['redis']], [['presence'], ['api', 'broken']]);
  await run.prints('"name":"presence"');
  const { pids } = run;
  assert.equal(await run.ended, 1);
  assert.match(run.output, /^api ended \(exit code 1\): FANFARE_PARTITIONS is no power of two\. Its log: /m);
  assert.doesNotMatch(run.output, /Everything is ready/);
  await allGone(pids);
});

test('a child that does not become ready in time is named, and ended', async () => {
  const run = await start([['api', 'unready']]);
  assert.equal(await run.ended, 1);
  assert.match(run.output, /^api was not ready within 0\.5 s\. Its log: /m);
  await allGone(run.pids);
});

test('a signal while children are starting ends them too', async () => {
  const run = await start(
    [['redis']],
    [
      ['api', 'ready'],
      ['presence', 'unready'],
    ],
  );
  await run.prints('"name":"presence"');
  const { pids } = run;
  run.signal('SIGINT');
  assert.equal(await run.ended, 130);
  assert.doesNotMatch(run.output, /Everything is ready/);
  await allGone(pids);
});
