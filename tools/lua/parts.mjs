// Leaves out of a script what it does not use of its includes. Each run of a script creates the functions that its text
// has, used or not, so a function too many costs every call about a tenth of a microsecond (npm run bench -- publish).
import { nodesOf, parse } from './lint/ast.mjs';

/** @typedef {import('./sources.mjs').Include} Include */
/** @typedef {{ name: string, declares: string[], mentions: Set<string>, lines: string[] }} Part one statement of an include */

/** @param {Pick<Include, 'name' | 'source'>} include @returns {Part[]} its statements, in order */
export function partsOf({ name, source }) {
  const lines = source.split('\n');
  return parse(source).body.map((statement) => {
    const declares = declaredNames(statement);
    return {
      name: `${name}_${declares[0] ?? statement.loc.start.line}`,
      declares,
      mentions: mentioned(statement),
      lines: withoutComments(lines.slice(statement.loc.start.line - 1, statement.loc.end.line)),
    };
  });
}

/**
 * The parts that `text` needs, directly or through another, in their order. A name is taken for used wherever it stands:
 * one part too many does no harm, one too few would.
 * @param {string} text
 * @param {Part[]} parts
 * @returns {Part[]}
 */
export function neededParts(text, parts) {
  const names = mentioned(parse(text));
  const needed = new Set();
  for (const part of [...parts].reverse()) {
    if (part.declares.length > 0 && !part.declares.some((declared) => names.has(declared))) continue;
    needed.add(part);
    for (const name of part.mentions) names.add(name);
  }
  return parts.filter((part) => needed.has(part));
}

/** @param {import('./lint/ast.mjs').Node} statement @returns {string[]} */
function declaredNames(statement) {
  if (statement.type === 'FunctionDeclaration') return [statement.identifier.name];
  return statement.type === 'LocalStatement'
    ? statement.variables.map((/** @type {{ name: string }} */ { name }) => name)
    : [];
}

/** @param {import('./lint/ast.mjs').Node} node @returns {Set<string>} */
const mentioned = (node) => new Set(nodesOf(node).flatMap((each) => (each.type === 'Identifier' ? [each.name] : [])));

/** @param {string[]} lines */
const withoutComments = (lines) => lines.filter((line) => !/^\s*(--|$)/.test(line));
