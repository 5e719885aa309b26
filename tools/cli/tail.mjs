// `npm run tail -- --user alice`: shows what reaches a user as it arrives. A small client for trying things out; it keeps
// its positions in memory only, and with --device the server keeps them too.
import { parseOptions, help } from './tail-options.mjs';
import { Printer } from './printer.mjs';
import { Fatal } from './token.mjs';

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(help());
    return 0;
  }
  const { Tail } = await loadTail();
  const tail = new Tail(options, new Printer(options));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => tail.end());
  process.stdout.on('error', () => tail.end()); // whoever read our output has gone
  await tail.run();
  return 0;
}

/** The loop needs the package `ws`, which a bare clone does not have yet. */
async function loadTail() {
  try {
    return await import('./tail-loop.mjs');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Fatal('The dependencies are not installed: run `npm start` first, which does that.');
  }
}

try {
  process.exit(await main());
} catch (error) {
  const text = error instanceof Fatal ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
