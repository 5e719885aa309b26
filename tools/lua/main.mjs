// Command line of the Lua tool: `build` writes the wrappers and docs/lua.md, `check` fails when they are stale or when
// a script breaks a rule.
import { fileURLToPath } from 'node:url';
import { lintSources } from './lint/main.mjs';
import { outputsOf, staleOutputs, writeOutputs } from './outputs.mjs';
import { readSources } from './sources.mjs';

const HELP = `Usage: node tools/lua/main.mjs <command> [--root <folder>]

  build   write libs/redis-scripts/src/generated and docs/lua.md from lua/
  check   exit with 1 when what build writes is stale, or when a script breaks a rule (one line each)
`;

/** @param {string[]} argv @returns {number} exit code */
function main(argv) {
  const rootAt = argv.indexOf('--root');
  const root = rootAt < 0 ? fileURLToPath(new URL('../..', import.meta.url)) : (argv[rootAt + 1] ?? '.');
  if (argv.includes('--help') || argv.includes('-h')) return say(HELP, 0);
  if (argv[0] === 'build') return build(root);
  if (argv[0] === 'check') return check(root);
  return say(HELP, 2);
}

/** @param {string} root */
function build(root) {
  const { scripts, includes } = readSources(root);
  const broken = [...scripts, ...includes].filter(({ header }) => header.problems.length > 0);
  const written = writeOutputs(
    root,
    outputsOf({ scripts: scripts.filter((script) => !broken.includes(script)), includes }),
  );
  for (const path of written) console.log(`wrote ${path}`);
  console.log(`${scripts.length} scripts, ${written.length} files changed`);
  for (const { path, header } of broken) {
    for (const { line, text } of header.problems) console.error(`${path}:${line}: ${text}`);
  }
  return broken.length > 0 ? 1 : 0;
}

/** @param {string} root */
function check(root) {
  const sources = readSources(root);
  const { problems, warnings } = lintSources(sources);
  const failures = [...problems, ...staleOutputs(root, outputsOf(sources))];
  for (const warning of warnings) console.warn(`warning: ${warning}`);
  for (const failure of failures) console.error(failure);
  if (failures.length === 0) console.log(`${sources.scripts.length} scripts: current, no rule broken`);
  return failures.length > 0 ? 1 : 0;
}

/** @param {string} text @param {number} code */
function say(text, code) {
  console.log(text);
  return code;
}

process.exitCode = main(process.argv.slice(2));
