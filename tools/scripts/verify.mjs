// `verify` and `load`: that what is in the repository, in the build and in Redis is the same.
import { createHash } from 'node:crypto';
import { outputsOf, staleOutputs } from '../lua/outputs.mjs';
import { readSources } from '../lua/sources.mjs';
import { library, root, sources, withRedis } from './library.mjs';
import { Failure } from './trouble.mjs';

/** @typedef {import('./options.mjs').Options} Options */

/** @param {Options} options @returns {Promise<string>} */
export async function verify({ url, json }) {
  const problems = [...staleOutputs(root, outputsOf(readSources(root))), ...builtProblems(await library())];
  const { steps, primaries } = await loadAll(url, () => undefined);
  problems.push(...refusals(steps));
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  const scripts = sources().length;
  if (json) return JSON.stringify({ scripts, primaries });
  return `${scripts} scripts: wrappers current, SHA-1s right, taken by ${primaries.join(', ')}`;
}

/** @param {Options} options @returns {Promise<string>} */
export async function load({ url, json }) {
  const count = sources().length;
  const { steps, primaries } = await loadAll(url, (address, done) => {
    if (!json) process.stderr.write(progress(`${address}: ${done} of ${count}`, done === count));
  });
  const problems = refusals(steps);
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  if (json) return JSON.stringify({ scripts: count, primaries });
  return `${count} scripts loaded on ${primaries.join(', ')}`;
}

/** On a terminal one line that changes, elsewhere one at the end. @param {string} text @param {boolean} isLast */
function progress(text, isLast) {
  if (process.stderr.isTTY) return `\r${text}${isLast ? '\n' : ''}`;
  return isLast ? `${text}\n` : '';
}

/** @param {string} url @param {(address: string, done: number) => void} onProgress */
function loadAll(url, onProgress) {
  return withRedis(url, async (connection, { loadScripts }) => {
    /** @type {import('@fanfare/redis-scripts').LoadStep[]} */
    const steps = [];
    const scripts = sources().map(({ name, sha1, text }) => ({ name, sha1, source: text }));
    await loadScripts(connection, scripts, (step) => {
      steps.push(step);
      onProgress(step.address, steps.filter(({ address }) => address === step.address).length);
    });
    return { steps, primaries: connection.primaries.all().map(({ address }) => address) };
  });
}

/** @param {import('@fanfare/redis-scripts').LoadStep[]} steps */
function refusals(steps) {
  return steps.flatMap(({ address, script, problem }) => {
    return problem === undefined ? [] : [`${script}: ${address} does not take it: ${problem}`];
  });
}

/** What services run is the build: it has to be that of the sources. @param {import('./library.mjs').Library} library */
export function builtProblems({ allScripts }) {
  const built = new Map(allScripts.map((script) => [script.name, script]));
  const known = sources();
  const wrong = known.flatMap(({ name, sha1 }) => {
    const script = built.get(name);
    if (script?.sha1 !== sha1) return [`${name}: the build has ${script ? 'another' : 'none'}: run \`npm run build\``];
    const found = createHash('sha1').update(script.source).digest('hex');
    return found === sha1 ? [] : [`${name}: its text has the SHA-1 ${found}, not ${sha1}`];
  });
  const names = new Set(known.map(({ name }) => name));
  const strays = [...built.keys()].filter((name) => !names.has(name));
  return [...wrong, ...strays.map((name) => `${name}: the build has it, lua/ has not: run \`npm run build\``)];
}
