import { encodeEvalSha } from './wire-command.js';

const sha1 = 'a'.repeat(40);

test('a call is written as an array of bulk strings with lengths in bytes', () => {
  expect(encodeEvalSha(sha1, ['k'], ['ü', ''])).toBe(
    `*6\r\n$7\r\nEVALSHA\r\n$40\r\n${sha1}\r\n$1\r\n1\r\n$1\r\nk\r\n$2\r\nü\r\n$0\r\n\r\n`,
  );
});

test('Buffers are written byte by byte, wherever they stand', () => {
  const blob = Buffer.from([0, 255, 13, 10]);
  expect(encodeEvalSha(sha1, [], [blob, 'x', blob])).toEqual(
    Buffer.concat([
      Buffer.from(`*6\r\n$7\r\nEVALSHA\r\n$40\r\n${sha1}\r\n$1\r\n0\r\n$4\r\n`),
      blob,
      Buffer.from('\r\n$1\r\nx\r\n$4\r\n'),
      blob,
      Buffer.from('\r\n'),
    ]),
  );
});
