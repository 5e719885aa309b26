// The header says everything that callers need, and nothing that is not so.
import { lineOf } from './program.mjs';

/** @typedef {import('./program.mjs').Program} Program */
/** @typedef {import('./program.mjs').Report} Report */

/** Names that, where a script defines them, repeat what its header says. @type {Record<string, (header: import('../header.mjs').Header) => number>} */
const COUNTS = {
  FIXED_KEYS: ({ keys }) => keys.length,
  KEYS_EACH: ({ itemKeys }) => itemKeys.length,
  FIXED_ARGS: ({ args }) => args.length,
  ARGS_EACH: ({ itemArgs }) => itemArgs.length,
};

/** @param {Program} program @param {Report} report */
export function checkScriptHeader({ source, names }, report) {
  const { header, source: text } = source;
  if (!text.startsWith('#!lua')) report(1, 'line 1 must be #!lua');
  if (header.purpose.length === 0) report(1, 'the header does not say what the script is for');
  if (header.keys.length + header.itemKeys.length === 0) report(1, 'no @key: every script works on keys of one slot');
  if (header.replies.length === 0) report(1, 'no @reply');
  if (header.replies.some(({ status }) => status === 'TAKE') && !header.keys.some(({ name }) => name === 'part')) {
    report(1, 'a script that answers TAKE has a key named part');
  }
  for (const [name, count] of Object.entries(COUNTS)) {
    const init = names.topLevel.get(name)?.init;
    const found = init?.type === 'NumericLiteral' ? init.value : undefined;
    if (init && found !== count(header)) report(lineOf(init), `${name} is ${count(header)} by the header`);
  }
}

/** @param {Program} program @param {Report} report */
export function checkIncludeHeader({ source }, report) {
  const { header } = source;
  if (header.purpose.length === 0) report(1, 'the header does not say what the include is for');
  const declared = [
    header.keys,
    header.itemKeys,
    header.optionalItemKeys,
    header.args,
    header.itemArgs,
    header.replies,
  ];
  if (declared.some((list) => list.length > 0)) report(1, 'an include declares nothing but @include');
}
