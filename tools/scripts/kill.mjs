// `kill`: SCRIPT KILL on every primary, and what it found.
import { library, sources, unreachable, wrongUrl } from './library.mjs';
import { Failure } from './trouble.mjs';

/** @typedef {import('./options.mjs').Options} Options */
/** @typedef {import('@fanfare/redis-scripts').KillResult} KillResult */

/** @param {Options} options @returns {Promise<string>} */
export async function kill({ url, json }) {
  const { killScripts, RedisSetupError } = await library();
  const results = await killScripts(url).catch((error) => {
    throw error instanceof RedisSetupError ? wrongUrl(error) : error;
  });
  const lines = results.map((result) => (result.answer === 'unreachable' ? unreachableAt(result) : line(result)));
  const text = json ? JSON.stringify({ primaries: results.map(named) }) : lines.join('\n');
  if (results.every(({ answer }) => answer === 'killed' || answer === 'not-busy')) return text;
  throw new Failure(text);
}

/** @param {KillResult} result */
const unreachableAt = ({ address, why }) => unreachable(address, new Error(why));

/** @param {KillResult} result */
const named = (result) => ({ ...result, script: nameOf(result) });

/** @param {KillResult} result */
const nameOf = ({ sha1 }) => sources().find((source) => source.sha1 === sha1)?.name;

/** @param {KillResult} result of one that was reached */
function line(result) {
  const { address, answer, sha1 } = result;
  switch (answer) {
    case 'killed':
      return `${address}: ended ${nameOf(result) ?? (sha1 ? `the script ${sha1}, none of these` : 'a script')}; it had written nothing`;
    case 'not-busy':
      return `${address}: no script runs for too long`;
    case 'unkillable':
      return `${address}: the script that runs has written and cannot be ended: see "A script that cannot be ended" in docs/operations.md`;
    case 'function':
      return `${address}: what runs is a function or a module's command, none of Fanfare's: FUNCTION KILL may end it`;
    default:
      return `${address}: ${answer}`;
  }
}
