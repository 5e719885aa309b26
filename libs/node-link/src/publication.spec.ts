import { parsePublication } from './publication.js';

const parse = (text: string) => parsePublication(Buffer.from(text));

test('a list names its users with their positions, and then has the body once', () => {
  const block = 'alice ✓\t7\t1.ab.cd\nbob\t1\t1.ab.ef';
  const body = '{"id":"x","payload":"\\n\\t"}';
  expect(parse(`1.ab\t5\tlist\t0\t99\t${Buffer.byteLength(block)}\n${block}${body}`)).toEqual({
    ...{ fence: '1.ab', sequence: 5, kind: 'list', priority: 0, expiresAt: 99, body: Buffer.from(body) },
    recipients: [
      { user: 'alice ✓', offset: 7, epoch: '1.ab.cd' },
      { user: 'bob', offset: 1, epoch: '1.ab.ef' },
    ],
  });
});

test('a kind that is not known is passed over, with its sequence', () => {
  expect(parse('1.ab\t5\tof-tomorrow\tx\n')).toEqual({ fence: '1.ab', sequence: 5, kind: 'unknown' });
});

test.each(['', 'no line feed', '1.ab\tx\tlist\n', '1.ab\t0\tlist\n'])('%j is no publication', (text) => {
  expect(parse(text)).toBeUndefined();
});
