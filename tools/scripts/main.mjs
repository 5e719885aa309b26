// `npm run scripts -- <command>`: looks at the Lua scripts and at what Redis has of them, runs, times and ends them.
import { help, parseOptions } from './options.mjs';
import { Failure, Usage } from './trouble.mjs';

/** @typedef {import('./options.mjs').Options} Options */
/** @type {Record<string, () => Promise<(options: Options) => Promise<string>>>} */
const commands = {
  list: async () => (await import('./list.mjs')).list,
  verify: async () => (await import('./verify.mjs')).verify,
  load: async () => (await import('./verify.mjs')).load,
  time: async () => (await import('./call.mjs')).time,
  run: async () => (await import('./call.mjs')).run,
  kill: async () => (await import('./kill.mjs')).kill,
};

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') return help();
  const command = await commands[options.command]?.();
  return `${await command?.(options)}\n`;
}

/**
 * Resolves when it has been handed over: a pipe takes its time.
 * @param {NodeJS.WritableStream} stream
 * @param {string} text
 * @returns {Promise<void>}
 */
const write = (stream, text) => new Promise((resolve) => stream.write(text, () => resolve()));

/** @param {unknown} error @returns {string} of a defect of ours the whole stack */
function describe(error) {
  if (error instanceof Usage) return `${error.message}\n(--help tells more)`;
  if (error instanceof Failure) return error.message;
  return String(error instanceof Error ? error.stack : error);
}

process.stdout.on('error', () => process.exit(0)); // whoever read our output has gone
try {
  await write(process.stdout, await main());
  process.exit(0);
} catch (error) {
  await write(process.stderr, `${describe(error)}\n`);
  process.exit(error instanceof Usage ? 2 : 1);
}
