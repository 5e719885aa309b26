import { RespFrames } from './resp-frames.js';

const command = '*2\r\n$3\r\nGET\r\n$5\r\n\r\n*1\r\r\n';
const replies = ['+OK\r\n', ':12\r\n', '$-1\r\n', '*-1\r\n', '*0\r\n', '$0\r\n\r\n', '%1\r\n+a\r\n:1\r\n', '_\r\n'];
const nested = '*2\r\n*2\r\n$1\r\na\r\n*0\r\n-ERR no\r\n';

test('knows where each value ends, whatever is in it', () => {
  const stream = [command, ...replies, nested];
  const ends = stream.map((_, index) => stream.slice(0, index + 1).join('').length);
  const frames = new RespFrames();
  expect(frames.feed(Buffer.from(stream.join('')))).toEqual(ends);
  expect(frames).toMatchObject({ count: stream.length, isResp: true });
});

test('it is the same byte by byte', () => {
  const stream = [command, ...replies, nested].join('');
  const frames = new RespFrames();
  const whole: string[] = [];
  for (const [index, byte] of [...stream].entries()) {
    if (frames.feed(Buffer.from(byte)).length > 0) whole.push(stream.slice(0, index + 1));
  }
  expect(whole).toHaveLength(2 + replies.length);
  expect(whole[0]).toBe(command);
});

test('what Redis says unasked is no reply', () => {
  const frames = new RespFrames();
  expect(frames.feed(Buffer.from('>2\r\n+message\r\n+x\r\n+OK\r\n'))).toHaveLength(1);
});

test.each(['GET / HTTP/1.1\r\n', '\u0016\u0003', `*1${'1'.repeat(70_000)}`])(
  'another protocol is told: %.12s',
  (text) => {
    const frames = new RespFrames();
    frames.feed(Buffer.from(text));
    expect(frames.isResp).toBe(false);
  },
);
