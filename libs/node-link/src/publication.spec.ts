import { parsePublication } from './publication.js';

const parse = (line: string, body = '') => parsePublication(Buffer.from(`${line}\n${body}`));
const base = { fence: '3.ab12cd34', sequence: 7 };
const begin = '3.ab12cd34\t7';

test('a message, with its place and its JSON as it is', () => {
  const json = '{"id":"x","payload":"a\tb\\nü"}';
  const message = parse(`${begin}\tmessage\tuser:ü b\t12\t3.ab12cd34.19\t0\t1800000000000`, json);
  expect(message).toMatchObject({
    ...{ ...base, kind: 'message', timeline: 'user:ü b', offset: 12, epoch: '3.ab12cd34.19' },
    ...{ priority: 0, expiresAt: 1_800_000_000_000 },
  });
  expect(message?.kind === 'message' && message.body.toString()).toBe(json);
});

test('a body may hold line feeds: only the first one separates', () => {
  const message = parse(`${begin}\tephemeral\tall\t2`, 'a\nb\n\nc');
  expect(message).toMatchObject({ ...base, kind: 'ephemeral', timeline: 'all', priority: 2 });
  expect(message?.kind === 'ephemeral' && message.body.toString()).toBe('a\nb\n\nc');
});

test('what was read, by which session', () => {
  expect(parse(`${begin}\tread\ta\tgroup:g\t9\t3\ts1`)).toEqual({
    ...{ ...base, kind: 'read', user: 'a', timeline: 'group:g', offset: 9, unread: 3, exceptSession: 's1' },
  });
  expect(parse(`${begin}\tread\ta\tall\t9\t0\t`)).toMatchObject({ exceptSession: '' });
});

test('what was retracted, and where it stood', () => {
  expect(parse(`${begin}\tretract\tgroup:ü g\t5\t3.ab.19`)).toEqual({
    ...{ ...base, kind: 'retract', timeline: 'group:ü g', offset: 5, epoch: '3.ab.19' },
  });
});

test('who joined, and from which position on', () => {
  expect(parse(`${begin}\tjoined\ta\tg\t1843200000000001\t4\t3.ab.19`)).toEqual({
    ...{ ...base, kind: 'joined', user: 'a', group: 'g', version: 1_843_200_000_000_001, position: '4 3.ab.19' },
  });
});

test('who left: as many as there are', () => {
  expect(parse(`${begin}\tleft\tg\t5`, 'a\nb c\nü')).toEqual({
    ...{ ...base, kind: 'left', group: 'g', version: 5, users: ['a', 'b c', 'ü'] },
  });
});

test('that a group was deleted, and by which version', () => {
  expect(parse(`${begin}\tdeleted\tg\t5`)).toEqual({ ...base, kind: 'deleted', group: 'g', version: 5 });
});

test('which sessions of a user are to be closed', () => {
  expect(parse(`${begin}\tdisconnect\tü b`, 's1\ns2')).toEqual({
    ...{ ...base, kind: 'disconnect', user: 'ü b', sessions: ['s1', 's2'] },
  });
});

test('a kind of a newer version has its place in the sequence and says nothing', () => {
  expect(parse(`${begin}\tretracted\tuser:a\t5`)).toEqual({ ...base, kind: 'unknown' });
});

test.each([
  ['nothing', ''],
  ['no line feed', `${begin}\tread\ta`],
  ['no sequence', '3.ab12cd34\n'],
  ['a sequence that is no number', '3.ab12cd34\tx\tread\n'],
  ['a sequence of 0', '3.ab12cd34\t0\tread\n'],
  ['bytes of anything', '\u0000\uFFFD\n'],
])('%s is no publication', (_, text) => {
  expect(parsePublication(Buffer.from(text))).toBeUndefined();
});

test('a list names its users with their positions, and then has the body once', () => {
  const block = `alice ✓\t7\t${0xcd}\nbob\t1\t${0xef}`;
  const body = '{"id":"x","payload":"\\n\\t"}';
  expect(parse(`${begin}\tlist\t0\t99\t${Buffer.byteLength(block)}`, `${block}${body}`)).toEqual({
    ...{ ...base, kind: 'list', priority: 0, expiresAt: 99, body: Buffer.from(body) },
    recipients: [
      { user: 'alice ✓', offset: 7, epoch: '3.ab12cd34.cd' },
      { user: 'bob', offset: 1, epoch: '3.ab12cd34.ef' },
    ],
  });
});
