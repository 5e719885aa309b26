// The command line of `npm test`.
import { parseArgs } from 'node:util';
import { Trouble } from '../bootstrap/trouble.mjs';

/**
 * @param {string[]} args
 * @param {readonly string[]} names of the steps
 * @returns {{ only: string[], patterns: string[] } | 'help'}
 * @throws {Trouble}
 */
export function parseOptions(args, names) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const only = (values.only ?? []).flatMap((list) => list.split(','));
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Trouble(`There is no step "${unknown}"; there are ${names.join(', ')}.`);
  if (positionals.length > 0 && only.length === 0) throw new Trouble('Say which step the files belong to: --only unit');
  return { only, patterns: positionals };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : error} (--help tells more)`);
  }
}

/** @param {readonly string[]} names */
export const help = (names) => `npm test [-- --only <steps>] [pattern…]

Prepares what npm start prepares, then runs every step and ends with the line "N passed, N failed".
Formatting, Lua, lint and types count as one each. Several steps run at once.

  --only <steps>  only these, by comma: ${names.join(', ')}
  pattern         with --only unit or e2e: only test files whose path fits
  --help, -h      this text

Examples:
  npm test -- --only unit libs/timelines
  npm test -- --only format,lint,types
`;
