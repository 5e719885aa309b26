import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { freePort, until } from '../start/fixtures/observed.mjs';
import { CliStage } from './fixtures/stage.mjs';

/** @type {CliStage} */
let stage;
before(async () => void (stage = await CliStage.open()));
after(() => stage?.close());

describe('publish', () => {
  test('sends JSON, texts and what stdin says', async () => {
    const accepted = await stage.json(
      'publish',
      '--user',
      'pia',
      '{"text":"hi"}',
      '--type',
      'note',
      '--priority',
      'high',
    );
    assert.equal(accepted.state, 'published');
    assert.equal(accepted.offset, 1);
    await stage.json('publish', '--user', 'pia', 'just words');
    await stage.json('publish', '--user', 'pia', '--text', '42');
    const piped = await stage.runWith({ stdin: 'from a pipe\n' }, 'publish', '--user', 'pia', '-');
    assert.match(piped.out, /^state: published$/m);
    const inbox = await stage.lines('users', 'inbox', 'pia');
    assert.deepEqual(
      inbox.map(({ message }) => message.payload),
      ['from a pipe', '42', 'just words', { text: 'hi' }],
    );
    assert.deepEqual([inbox[3].message.type, inbox[3].message.priority], ['note', 'high']);
  });

  test('reaches lists, groups and those whose attributes fit, and tells the reach of a dry run', async () => {
    await stage.json('groups', 'join', 'team', 'ann', 'ben');
    assert.deepEqual(await stage.json('publish', '--group', 'team', '--dry-run', 'x'), { reach: 2 });
    assert.equal((await stage.json('publish', '--group', 'team', 'x')).timeline, 'group:team');
    const job = await stage.json('publish', '--users', 'ann,ben', 'for both');
    await until(
      async () => (await stage.json('jobs', 'get', job.job)).state === 'done',
      () => 'the list is not done',
    );
    const none = await stage.json('publish', '--all', '--where', '{"plan":"none"}', '--dry-run', 'x');
    assert.deepEqual(none, { reach: 0 });
  });

  test('with an idempotency key it is sent once', async () => {
    const args = ['publish', '--user', 'ida', '--idempotency-key', 'k1', 'once'];
    const first = await stage.json(...args);
    assert.deepEqual(await stage.json(...args), { ...first, duplicate: true });
  });

  test('what makes no sense is refused with exit code 2 before anything is sent', async () => {
    for (const args of [
      ['publish', 'x'],
      ['publish', '--user', 'a', '--all', 'x'],
      ['publish', '--user', 'a', '--where', '{}', 'x'],
      ['publish', '--user', 'a'],
      ['publish', '--user', 'a', '{"text":'],
      ['publish', '--user', 'a', '--ttl', 'soon', 'x'],
      ['publish', '--user', 'a', '--colour', 'x'],
      ['users', 'erase', 'pia'],
      ['users', 'read', 'pia'],
      ['nothing'],
      ['users', 'list', '--url', 'nowhere'],
    ]) {
      const { code, err, out } = await stage.run(...args);
      assert.equal(code, 2, args.join(' '));
      assert.notEqual(err, '');
      assert.equal(out, '');
    }
  });
});

test('users: list, get, unread, read, disconnect and erase', async () => {
  for (const n of [1, 2, 3]) await stage.json('publish', '--user', 'uma', String(n));
  assert.deepEqual(
    (await stage.lines('users', 'list', '--prefix', 'um')).map(({ id }) => id),
    ['uma'],
  );
  assert.equal((await stage.json('users', 'get', 'uma')).counts.unread, 3);
  assert.deepEqual(await stage.json('users', 'unread', 'uma'), { total: 3, timelines: { 'user:uma': 3, all: 0 } });
  assert.deepEqual(await stage.json('users', 'read', 'uma', '--up-to', '1'), { unread: 2 });
  assert.deepEqual(await stage.json('users', 'read', 'uma', '--offsets', '3'), { unread: 1 });
  assert.equal((await stage.lines('users', 'inbox', 'uma', '--unread')).length, 1);
  assert.deepEqual(await stage.json('users', 'read', 'uma', '--everything'), { unread: 0 });
  assert.equal((await stage.run('users', 'disconnect', 'uma', '--device', 'phone')).out, 'uma is disconnected\n');
  assert.equal((await stage.run('users', 'erase', 'uma', '--yes')).code, 0);
  assert.equal((await stage.run('users', 'get', 'uma')).code, 1);
});

test('groups: get, members, leave and presence', async () => {
  assert.deepEqual(await stage.json('groups', 'join', 'crew', 'gil', 'gus'), { added: 2, removed: 0 });
  assert.equal((await stage.json('groups', 'get', 'crew')).members, 2);
  assert.deepEqual(await stage.json('groups', 'leave', 'crew', 'gus'), { added: 0, removed: 1 });
  assert.deepEqual(
    (await stage.lines('groups', 'members', 'crew')).map(({ user }) => user),
    ['gil'],
  );
  assert.deepEqual(await stage.lines('groups', 'presence', 'crew'), []);
});

test('presence: online and query', async () => {
  assert.deepEqual(await stage.lines('presence', 'online'), []);
  assert.deepEqual(await stage.lines('presence', 'query', 'nobody'), [{ id: 'nobody', online: false, devices: 0 }]);
});

test('messages: get and cancel one for later, retract one that was published, and the log', async () => {
  const later = await stage.json('publish', '--user', 'mo', '--at', '2099-01-01T00:00:00Z', 'later');
  assert.equal(later.state, 'scheduled');
  assert.equal((await stage.json('messages', 'get', later.id)).deliverAt, Date.parse('2099-01-01T00:00:00Z'));
  assert.deepEqual(await stage.json('messages', 'cancel', later.id), { id: later.id, cancelled: true });
  assert.equal((await stage.lines('jobs', 'list', '--state', 'cancelled'))[0].id, later.id);
  const now = await stage.json('publish', '--user', 'mo', 'now');
  assert.equal((await stage.run('messages', 'retract', now.id, '--timeline', 'user:mo')).code, 0);
  assert.deepEqual(await stage.lines('users', 'inbox', 'mo'), []);
  await until(
    async () => (await stage.lines('messages', 'log')).some(({ id }) => id === now.id),
    () => 'the log does not have it',
  );
});

test('dead-letters: list, and retry of what is none', async () => {
  assert.deepEqual(await stage.lines('dead-letters', 'list'), []);
  const { code, err } = await stage.run('dead-letters', 'retry', '01a1fb7c-2360-740b-9d2d-878d7d4bcfb6');
  assert.equal(code, 1);
  assert.match(err, /^not_found \(404\): /);
});

test('token: one with which a device connects', async () => {
  const { token, url } = await stage.json('token', 'tia', '--device', 'phone', '--ttl', '60');
  assert.match(token, /^eyJ/);
  assert.match(url, /^ws:/);
});

test('scripts: hands on to npm run scripts, options and exit code included', async () => {
  const { scripts } = await stage.json('scripts', 'list', '--metrics', '');
  assert.ok(scripts.length > 10);
  assert.equal((await stage.run('scripts', 'nothing')).code, 2);
});

describe('what people see', () => {
  test('lists are tables, cut at the limit, and it is said that there is more', async () => {
    for (const text of ['a', '\u001b[31mred']) await stage.json('publish', '--user', 'tab', text);
    const { out, err } = await stage.run('users', 'inbox', 'tab', '--limit', '1');
    const [head = '', row = '', ...rest] = out.split('\n');
    assert.match(head, /^timeline +offset +read +message\.at +message\.type +message\.payload +message\.id$/);
    assert.match(row, /^user:tab +2 +false +\d{4}-\d\d-\d\dT[\d:.]+Z +message +\\u001b\[31mred +[\da-f-]{36}$/);
    assert.deepEqual(rest, ['']);
    assert.match(err, /more than 1/);
    assert.equal((await stage.run('users', 'inbox', 'tab', '--limit', '2')).err, '');
  });

  test('a refusal has its code and its pointers, on stderr, with exit code 1', async () => {
    const args = ['publish', '--user', 'x'.repeat(200), 'hi'];
    const { code, out, err } = await stage.run(...args);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^invalid \(422\): .*\n {2}\/to\/user: a user id must be 1 to 128 bytes/);
    const { error } = JSON.parse((await stage.run(...args, '--json')).err);
    assert.equal(error.code, 'invalid');
    assert.equal(error.errors[0].pointer, '/to/user');
  });

  test('a wrong key is a refusal too', async () => {
    const { code, err } = await stage.run('users', 'list', '--key', 'wrong');
    assert.equal(code, 1);
    assert.match(err, /^unauthorized \(401\)/);
  });

  test('where nobody listens it is exit code 3, and so it is where something else does', async () => {
    const { code, err } = await stage.run('users', 'list', '--url', `http://127.0.0.1:${await freePort()}`);
    assert.equal(code, 3);
    assert.match(err, /^unreachable: .*ECONNREFUSED/);
    const page = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (page.address());
    const other = await stage.run('users', 'list', '--url', `http://127.0.0.1:${port}`);
    page.close();
    assert.equal(other.code, 3);
    assert.match(other.err, /^unexpected_answer \(200\)/);
  });

  test('every command has help, with exit code 0', async () => {
    const { out } = await stage.run('--help');
    const names =
      out
        .split('Commands:')[1]
        ?.split('\n\n')[0]
        ?.match(/^ {2}[a-z-]+/gm)
        ?.map((name) => name.trim()) ?? [];
    assert.ok(names.length > 9, out);
    for (const name of names.filter((each) => each !== 'scripts' && each !== 'help')) {
      const help = await stage.run(name, '--help');
      assert.equal(help.code, 0);
      assert.match(help.out, new RegExp(`^Usage: fanfare ${name}`));
    }
  });
});
