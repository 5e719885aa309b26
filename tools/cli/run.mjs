// Runs one command and ends the process: 0 it went well, 1 Fanfare refused, 2 the command line is wrong, 3 Fanfare was not
// reached.
import { Failure, Fatal, Unreachable, Usage } from './endings.mjs';
import { escaped } from './printer.mjs';

/**
 * @param {string[]} args
 * @returns {Promise<never>}
 */
export async function run(args) {
  process.stdout.on('error', () => process.exit(0)); // whoever read our output has gone
  let code = 0;
  try {
    const { makeProgram } = await loadProgram();
    await makeProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    code = await complain(error, args.includes('--json'));
  }
  await new Promise((resolve) => process.stdout.write('', resolve)); // a pipe takes its time
  process.exit(code);
}

/** The packages that a bare clone does not have yet. */
async function loadProgram() {
  try {
    return await import('./program.mjs');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Fatal('The dependencies are not installed: run `npm start` first, which does that.');
  }
}

/**
 * @param {unknown} error
 * @param {boolean} json
 * @returns {Promise<number>} exit code
 */
async function complain(error, json) {
  const { text, code } = ending(error, json);
  if (text !== '') await new Promise((resolve) => process.stderr.write(`${text}\n`, resolve));
  return code;
}

/**
 * @param {any} error
 * @param {boolean} json
 * @returns {{ text: string, code: number }}
 */
function ending(error, json) {
  if (error?.name === 'CommanderError') return { text: '', code: error.exitCode === 0 ? 0 : 2 }; // it has said why
  if (error?.name === 'FanfareError')
    return { text: json ? asJson(error) : asText(error), code: isReached(error) ? 1 : 3 };
  if (error instanceof Usage) return { text: `${escaped(error.message)}\n(--help tells more)`, code: 2 };
  if (error instanceof Unreachable) return { text: escaped(error.message), code: 3 };
  if (error instanceof Failure) return { text: '', code: error.exitCode };
  if (error instanceof Fatal) return { text: escaped(error.message), code: 1 };
  return { text: String(error instanceof Error ? error.stack : error), code: 1 };
}

/** @param {import('@fanfare/server').FanfareError} error */
function isReached({ status, code }) {
  return status !== undefined && code !== 'unexpected_answer';
}

/** @param {import('@fanfare/server').FanfareError} error */
function asText({ code, status, message, errors, retryAfterSeconds }) {
  const lines = [`${code}${status === undefined ? '' : ` (${status})`}: ${message}`];
  for (const { pointer, detail } of errors) lines.push(`  ${pointer}: ${detail}`);
  if (retryAfterSeconds !== undefined) lines.push(`  try again in ${retryAfterSeconds} s`);
  if (code === 'unreachable') lines.push('  is it running? `npm start` starts one on this machine');
  if (code === 'unauthorized') lines.push('  give the key with --key, or in FANFARE_ADMIN_KEY');
  return lines.map(escaped).join('\n');
}

/** @param {import('@fanfare/server').FanfareError} error */
function asJson({ code, status, message, errors, retryAfterSeconds }) {
  return JSON.stringify({ error: { code, status, detail: message, errors, retryAfterSeconds } });
}
