// `list`: the scripts, where they are loaded, and what they cost.
import { sources, withRedis } from './library.mjs';
import { serviceCalls } from './service-metrics.mjs';

/** @typedef {import('./options.mjs').Options} Options */
/**
 * @typedef {object} Row
 * @property {string} script
 * @property {string} sha1
 * @property {boolean} readOnly
 * @property {Record<string, boolean>} loaded by primary
 * @property {number | undefined} calls of the services that answered
 * @property {number | undefined} meanMs
 */

/** @param {Options} options @returns {Promise<string>} */
export async function list({ url, metrics, json }) {
  const all = sources();
  const { asked, byScript } = await serviceCalls(metrics);
  return withRedis(url, async (connection, { scriptCaches, scriptStats }) => {
    const caches = await scriptCaches(
      connection,
      all.map(({ sha1 }) => sha1),
    );
    const stats = await scriptStats(connection);
    /** @type {Row[]} */
    const rows = all.map(({ name, sha1, header }) => {
      const sum = byScript.get(name);
      return {
        ...{ script: name, sha1, readOnly: header.flags.includes('no-writes') },
        loaded: Object.fromEntries(caches.map(({ address, loaded }) => [address, loaded.has(sha1)])),
        calls: sum?.calls,
        meanMs: sum && sum.calls > 0 ? (1000 * sum.seconds) / sum.calls : undefined,
      };
    });
    return json ? JSON.stringify({ scripts: rows, redis: stats }) : listText(rows, stats, asked);
  });
}

/** @param {Row[]} rows @param {import('@fanfare/redis-scripts').ScriptStats[]} stats @param {number} asked */
function listText(rows, stats, asked) {
  const table = rows.map((row) => [
    row.script,
    row.sha1,
    row.readOnly ? 'reads' : '',
    loadedText(row.loaded),
    ...(asked === 0 ? [] : [String(row.calls ?? 0), row.meanMs === undefined ? '' : row.meanMs.toFixed(3)]),
  ]);
  const heads = ['script', 'SHA-1', '', 'loaded', ...(asked === 0 ? [] : ['calls', 'mean ms'])];
  const totals = stats.map(({ address, calls, microsPerCall }) => {
    return `${address}: ${calls} calls of scripts since its start, ${microsPerCall.toFixed(1)} µs each in Redis`;
  });
  const services =
    asked === 0
      ? 'No service was asked for its calls: none answered (--metrics names them).'
      : `Calls and mean time, waiting included, are those of the ${asked} services that answered.`;
  return [...columns([heads, ...table]), '', ...totals, services].join('\n');
}

/** @param {Record<string, boolean>} loaded */
function loadedText(loaded) {
  const missing = Object.keys(loaded).filter((address) => !loaded[address]);
  if (missing.length === 0) return 'yes';
  return missing.length === Object.keys(loaded).length ? 'no' : `not on ${missing.join(', ')}`;
}

/** @param {string[][]} rows @returns {string[]} */
function columns(rows) {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
