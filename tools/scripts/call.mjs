// `run` and `time`: calls of one script with keys and arguments by name.
import { performance } from 'node:perf_hooks';
import { arranged } from './given.mjs';
import { sourceOf, withRedis } from './library.mjs';
import { ownKeys } from './own-keys.mjs';
import { asJson, replyText } from './reply.mjs';
import { Failure, Usage } from './trouble.mjs';

/** @typedef {import('./options.mjs').Options} Options */
/** @typedef {import('./library.mjs').Library} Library */
/** @typedef {import('./library.mjs').RedisConnection} RedisConnection */
/** @typedef {{ source: import('./library.mjs').Source, keys: string[], args: string[] }} Call */

/** @param {Options} options @returns {Promise<string>} */
export async function run(options) {
  return withCall(options, async (connection, library, call) => {
    const reply = await once(connection, library, call);
    const decoded = decodedReply(library, call, reply);
    return options.json ? JSON.stringify(asJson(decoded)) : replyText(decoded);
  });
}

/** @param {Options} options @returns {Promise<string>} */
export async function time(options) {
  return withCall(options, async (connection, library, call) => {
    await once(connection, library, call); // loads it where it is not there
    const [calls, pings] = [[], []].map((list) => /** @type {number[]} */ (list));
    for (let index = 0; index < options.calls; index += 1) {
      const startedAt = performance.now();
      await once(connection, library, call);
      calls?.push(performance.now() - startedAt);
      if (index % 10 === 0) pings?.push(await library.pingMs(connection, call.keys[0] ?? ''));
    }
    const figures = { script: call.source.name, ...summary(calls ?? []), pingMedianMs: summary(pings ?? []).medianMs };
    return options.json ? JSON.stringify(figures) : timeText(figures);
  });
}

/**
 * @template T
 * @param {Options} options
 * @param {(connection: RedisConnection, library: Library, call: Call) => Promise<T>} use
 */
async function withCall({ script, values, of, url, yes }, use) {
  const source = sourceOf(script);
  const { library } = await import('./library.mjs');
  const { keys, args } = arranged(source.header, values, ownKeys(await library(), of));
  if (!source.header.flags.includes('no-writes') && !yes) {
    throw new Usage(`${source.name} writes. If that is wanted, say --yes.`);
  }
  return withRedis(url, (connection, loaded) => use(connection, loaded, { source, keys, args }));
}

/** @param {RedisConnection} connection @param {Library} library @param {Call} call */
async function once(connection, { runScript }, { source, keys, args }) {
  const { name, sha1, text } = source;
  try {
    return await runScript(connection, { name, sha1, source: text }, keys, args);
  } catch (error) {
    throw new Failure(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * By the script's own decoder, which was made of its `@reply`.
 * @param {Library} library @param {Call} call @param {import('@fanfare/redis-scripts').ScriptReply} reply
 * @returns {Record<string, unknown>}
 */
function decodedReply({ allScripts }, { source }, reply) {
  // Only callers meet it: the partition has changed hands, and a writing script is to take it first.
  if (String(reply[0]) === 'TAKE') return { status: 'TAKE' };
  const script = allScripts.find(({ sha1 }) => sha1 === source.sha1);
  if (!script) throw new Failure(`${source.name} has changed since the build: run \`npm run lua && npm run build\`.`);
  return /** @type {Record<string, unknown>} */ (script.decode(reply));
}

/** @param {number[]} times */
function summary(times) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (/** @type {number} */ part) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
  return { calls: times.length, medianMs: at(0.5), p99Ms: at(0.99), maxMs: round(sorted.at(-1)) };
}

const round = (/** @type {number | undefined} */ ms) => Math.round((ms ?? 0) * 1000) / 1000;

/** @param {{ script: string, calls: number, medianMs: number, p99Ms: number, maxMs: number, pingMedianMs: number }} figures */
function timeText({ script, calls, medianMs, p99Ms, maxMs, pingMedianMs }) {
  return `${script}: ${calls} calls, one after the other
  median  ${medianMs} ms
  p99     ${p99Ms} ms
  longest ${maxMs} ms
The way there and back is part of it: a PING takes ${pingMedianMs} ms (median).`;
}
