// `node tools/native/main.mjs`: compiles the gateway's native writes (apps/push-gateway/native), where there is a compiler.
import { fileURLToPath } from 'node:url';
import { buildNative } from './build-native.mjs';

const HELP = `Usage: node tools/native/main.mjs [--required]

  Compiles apps/push-gateway/native/write-each.c with the C compiler \`cc\` into native/dist/write-each.node. Without a
  compiler nothing is built, and the gateway writes to each socket by itself: it works the same and takes more CPU time.

  --required   exit with 1 where it could not be built, as for an image
`;

/** @param {string[]} argv @returns {number} exit code */
function main(argv) {
  if (argv.includes('--help') || argv.includes('-h')) return say(HELP, 0);
  const unknown = argv.find((argument) => argument !== '--required');
  if (unknown !== undefined) return say(HELP, 2);
  const { built, why = '' } = buildNative(fileURLToPath(new URL('../..', import.meta.url)));
  if (built) return say(`built ${built}`, 0);
  if (!argv.includes('--required')) return say(`note: ${without(why)}`, 0);
  console.error(`write-each was not built: ${why}`);
  return 1;
}

/** @param {string} why */
const without = (why) =>
  `the gateway's native writes were not built: ${why}. It works without them and takes more CPU time (docs/operations.md)`;

/** @param {string} text @param {number} code */
function say(text, code) {
  console.log(text.trimEnd());
  return code;
}

process.exitCode = main(process.argv.slice(2));
