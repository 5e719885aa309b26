// What one script call costs this process, against ioredis's own commands: `node libs/redis-scripts/bench/calls.mjs`
// after `npm run build`. Prints calls a second and µs of CPU a call, for a script of 9 keys and 14 arguments.
import { createHash } from 'node:crypto';
import { startRedis } from '@fanfare/testing';
import { Redis } from 'ioredis';
import { connectRedis, ScriptCaller } from '../dist/index.js';

const CALLS = 100_000;
const source = `#!lua\nreturn { 'OK', 1, 'abc', #KEYS }`;
const sha1 = createHash('sha1').update(source).digest('hex');
const decode = (reply) => ({ status: reply[0].toString(), offset: reply[1], epoch: reply[2].toString() });
const script = { name: 'bench/empty', sha1, source, readOnly: false, partIndex: -1, retryIndex: -1, decode };
const keys = Array.from({ length: 9 }, (_, index) => `default/{t12}/u/user1/key${index}`);
const json = JSON.stringify({ id: '0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee', payload: 'x'.repeat(200) });
const args = () => ['user', 'user1', 'user:user1', sha1, '2', '0', '123456', '654321', '1000', '1', '', '1', '0', json];

const redis = await startRedis({ mode: 'single' });
const connection = await connectRedis(redis.url);
const caller = new ScriptCaller(connection, { scripts: [script] });
await caller.call(script, keys, args());
const plain = new Redis(redis.url);
const piped = new Redis(redis.url, { enableAutoPipelining: true });

const ways = {
  ioredis: async () => decode(await plain.evalshaBuffer(sha1, keys.length, ...keys, ...args())),
  'ioredis, automatic pipelines': async () => decode(await piped.evalshaBuffer(sha1, keys.length, ...keys, ...args())),
  ScriptCaller: () => caller.call(script, keys, args()),
};
for (const burst of [10, 100, 1000]) {
  for (const [name, call] of Object.entries(ways)) {
    await run(call, burst, CALLS / 10);
    const { seconds, cpuMicros } = await run(call, burst, CALLS);
    const [rate, cpu] = [Math.round(CALLS / seconds), (cpuMicros / CALLS).toFixed(1)];
    console.log(`${String(burst).padStart(4)} at once  ${name.padEnd(28)} ${rate} calls/s  ${cpu} µs of CPU a call`);
  }
}
caller.close();
connection.close();
plain.disconnect();
piped.disconnect();
await redis.stop();

async function run(call, burst, count) {
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  for (let done = 0; done < count; done += burst) await Promise.all(Array.from({ length: burst }, call));
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1000, cpuMicros: user + system };
}
