import fc from 'fast-check';
import { answerFrame, ephemeralFrame, messageFrame, serverFrame } from './server-frame.js';
import { textFrame } from './text-frame.js';

/** Reads a frame as RFC 6455 section 5.2 has it. */
function payloadOf(frame: Buffer): Buffer {
  const [first, second = 0] = frame;
  expect(first).toBe(0x81); // the only frame of a text message, without extensions
  expect(second & 0x80).toBe(0); // a server does not mask
  if (second < 126) return sized(frame.subarray(2), second);
  if (second === 126) return sized(frame.subarray(4), frame.readUInt16BE(2));
  return sized(frame.subarray(10), Number(frame.readBigUInt64BE(2)));
}
function sized(payload: Buffer, length: number): Buffer {
  expect(payload).toHaveLength(length);
  return payload;
}
const jsonOf = (frame: Buffer): unknown => JSON.parse(payloadOf(frame).toString());

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('%i bytes are framed with the length that fits', (length) => {
  const bytes = Buffer.alloc(length, 'x');
  expect(payloadOf(textFrame(bytes)).equals(bytes)).toBe(true);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10; // the shortest form is the only valid one
  expect(textFrame(bytes)).toHaveLength(header + length);
});

test('parts follow each other in one frame', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (parts) => {
      expect(payloadOf(textFrame(...parts)).equals(Buffer.concat(parts))).toBe(true);
    }),
  );
});

const name = fc.string({ unit: 'grapheme', maxLength: 20 }).map((id) => `user:${id}`);

test('a message is put into its frame as the JSON that it is', () => {
  fc.assert(
    fc.property(name, fc.nat(), fc.jsonValue(), (timeline, offset, payload) => {
      const body = Buffer.from(JSON.stringify({ id: 'x', payload }));
      const message = JSON.parse(body.toString()) as unknown;
      const epoch = '3.ab12cd34.19';
      expect(jsonOf(messageFrame(timeline, offset, epoch, body))).toEqual({
        event: 'message',
        data: { timeline, offset, epoch, message },
      });
      expect(jsonOf(ephemeralFrame(timeline, body))).toEqual({ event: 'message', data: { timeline, message } });
    }),
  );
});

test('the bytes of a message are taken over, not written anew', () => {
  const body = Buffer.from('{"n": 1.0 ,"big":12345678901234567890}');
  expect(payloadOf(messageFrame('all', 1, '1.a.2', body)).includes(body)).toBe(true);
});

test('a frame carries the ref that asked for it, and none where there was none', () => {
  expect(jsonOf(serverFrame('synced', {}))).toEqual({ event: 'synced', data: {} });
  expect(jsonOf(serverFrame('error', { code: 'c', message: 'm' }, 'r'))).toMatchObject({ ref: 'r' });
  expect(jsonOf(serverFrame('synced', {}, 0))).toEqual({ event: 'synced', data: {}, ref: 0 });
  expect(jsonOf(answerFrame('inbox', [1], 7))).toEqual({ event: 'inbox', data: [1], ref: 7 });
});
