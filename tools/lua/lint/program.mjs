// A script or include with what the rules ask of it: its tree, its names, and what its includes bring.
import { nodesOf, parse, resolveNames } from './ast.mjs';

/** @typedef {import('./ast.mjs').Node} Node */
/** @typedef {import('./ast.mjs').Binding} Binding */
/** @typedef {import('./ast.mjs').Names} Names */
/** @typedef {import('../sources.mjs').Source} Source */
/** @typedef {import('../sources.mjs').Include} Include */
/**
 * @typedef {object} Program
 * @property {Source} source
 * @property {import('./ast.mjs').Chunk} chunk
 * @property {Names} names
 * @property {Program[]} includes all of them, in the order of the text
 * @property {Node[]} nodes every node of its own text
 */
/** @typedef {(line: number, text: string) => void} Report */

/**
 * @param {Source} source
 * @param {Program[]} includes
 * @returns {Program}
 * @throws {SyntaxError}
 */
export function programOf(source, includes) {
  const chunk = parse(source.source);
  const included = new Map(includes.flatMap(({ names }) => [...names.topLevel]));
  return { source, chunk, names: resolveNames(chunk, included), includes, nodes: nodesOf(chunk) };
}

/** The text's own functions. @param {Program} program @returns {Node[]} */
export function functionsOf({ nodes }) {
  return nodes.filter(({ type }) => type === 'FunctionDeclaration');
}

/** What a call calls, where that is a function of the script or its includes. @param {Program} program @param {Node} call */
export function calledFunction({ names }, call) {
  const binding = call.base?.type === 'Identifier' ? names.references.get(call.base) : undefined;
  return binding?.kind === 'function' ? binding.fn : undefined;
}

/** @param {Node} node @returns {number} */
export const lineOf = (node) => node.loc.start.line;
