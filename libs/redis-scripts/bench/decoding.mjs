// What reading a reply costs, with our decoder and with ioredis's, in CPU µs: a page of an inbox (20 messages), the answer
// of a publication, a message on a link. Taken in turn; medians. `npm run build` first; then
// `node libs/redis-scripts/bench/decoding.mjs`.
import { createRequire } from 'node:module';
import { ReplyDecoder } from '../dist/connection/reply-decoder.js';

const { Decoder } = createRequire(import.meta.url)('ioredis/built/resp/decoder');
const [ROUNDS, TIMES] = [9, 20_000];
const TYPES = { 43: Buffer, 36: Buffer, 61: Buffer, 40: String, 44: Buffer, 35: Number, 37: Array, 126: Array };

const blob = (text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const entries = Array.from({ length: 20 }, (_, index) => `:${1000 + index}\r\n${blob('x'.repeat(390))}`).join('');
const REPLIES = {
  page: `*7\r\n${blob('OK')}${blob('1.abcdef.12')}:5\r\n${blob('')}:1\r\n:31\r\n*40\r\n${entries}`,
  publication: `*3\r\n${blob('OK')}${blob('1.abcdef.12')}*3\r\n:31\r\n:0\r\n:1\r\n`,
  link: `>3\r\n${blob('smessage')}${blob('default/{123}/links/node')}${blob('y'.repeat(450))}`,
};
const nothing = () => undefined;
const events = { onReply: nothing, onErrorReply: nothing, onPush: nothing, errorOf: (message) => new Error(message) };
const DECODERS = {
  ours: new ReplyDecoder(events),
  ioredis: new Decoder({ ...events, getTypeMapping: () => TYPES }),
};

function microseconds(decoder, bytes) {
  const begin = process.cpuUsage();
  for (let time = 0; time < TIMES; time += 1) decoder.write(bytes);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / TIMES;
}

const median = (figures) => figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)];

for (const [name, text] of Object.entries(REPLIES)) {
  const bytes = Buffer.from(text);
  const figures = { ours: [], ioredis: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const who of Object.keys(figures)) figures[who].push(microseconds(DECODERS[who], bytes));
  }
  const [ours, theirs] = [median(figures.ours), median(figures.ioredis)];
  console.log(
    `${name}: ${ours.toFixed(2)} µs, ioredis ${theirs.toFixed(2)} µs: ${(theirs / ours).toFixed(1)} times as long`,
  );
}
