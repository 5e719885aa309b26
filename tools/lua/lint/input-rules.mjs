// KEYS and ARGV are given names at once, keys those of the header: after that a script reads like one with parameters.
import { camelCase } from '../names.mjs';
import { inputOf } from './ast.mjs';
import { lineOf } from './program.mjs';

/** @typedef {import('./ast.mjs').Node} Node */
/** @typedef {import('./program.mjs').Program} Program */
/** @typedef {import('./program.mjs').Report} Report */

/** @param {Program} program @param {Report} report */
export function checkInputs(program, report) {
  const { chunk, nodes, source } = program;
  const end = chunk.body.findIndex(({ type }) => type !== 'LocalStatement');
  const first = new Set(chunk.body.slice(0, end < 0 ? undefined : end).flatMap(allBelow));
  for (const node of nodes) {
    const input = inputOf(node);
    if (input && node.index.type === 'NumericLiteral' && !first.has(node)) {
      report(lineOf(node), `${input}[${node.index.value}] belongs into the first local assignments`);
    }
  }
  checkKeyNames(program, report);
  for (const [index, { name }] of source.header.args.entries()) {
    if (!isRead(nodes, 'ARGV', index + 1)) report(1, `argument ${name}, ARGV[${index + 1}], is never read`);
  }
  checkCounts(nodes, source.header, report);
}

/** @param {Program} program @param {Report} report */
function checkKeyNames({ nodes, source }, report) {
  const { keys } = source.header;
  /** @type {Set<number>} */
  const named = new Set();
  for (const { variables, init } of nodes.filter(({ type }) => type === 'LocalStatement')) {
    for (const [at, value] of init.entries()) {
      if (inputOf(value) !== 'KEYS' || value.index.type !== 'NumericLiteral') continue;
      const { index } = value;
      const declared = keys[index.value - 1]?.name;
      named.add(index.value);
      if (declared && camelCase(variables[at]?.name ?? '') !== camelCase(declared)) {
        report(lineOf(value), `KEYS[${index.value}] is ${declared} by the header, here ${variables[at]?.name}`);
      }
    }
  }
  for (const [index, { name }] of keys.entries()) {
    if (!named.has(index + 1)) report(1, `key ${name}, KEYS[${index + 1}], is given no name`);
  }
}

/** @param {Node[]} nodes @param {import('../header.mjs').Header} header @param {Report} report */
function checkCounts(nodes, { keys, itemKeys, args, itemArgs }, report) {
  const limits = {
    KEYS: itemKeys.length > 0 ? Infinity : keys.length,
    ARGV: itemArgs.length > 0 ? Infinity : args.length,
  };
  for (const node of nodes) {
    const input = inputOf(node);
    if (input && node.index.type === 'NumericLiteral' && node.index.value > limits[input]) {
      report(lineOf(node), `${input}[${node.index.value}] is not declared by the header`);
    }
  }
}

/** @param {Node[]} nodes @param {string} input @param {number} index */
function isRead(nodes, input, index) {
  return nodes.some((node) => inputOf(node) === input && node.index.value === index);
}

/** @param {Node} node @returns {Node[]} */
function allBelow(node) {
  return [
    node,
    ...Object.values(node)
      .flat()
      .filter((value) => value?.type)
      .flatMap(allBelow),
  ];
}
