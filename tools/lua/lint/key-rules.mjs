// Every key that a script touches was declared to Redis: it comes from KEYS, through locals and parameters, and is
// never put together. Redis Cluster refuses anything else, and in the middle of a script it would be too late.
import { inputOf, redisFunction, stringOf } from './ast.mjs';
import { keyPositions } from './commands.mjs';
import { calledFunction, lineOf } from './program.mjs';

/** @typedef {import('./ast.mjs').Node} Node */
/** @typedef {import('./program.mjs').Program} Program */
/** @typedef {import('./program.mjs').Report} Report */
/** @typedef {Map<Node, Set<number>>} KeyParameters function → its parameters that it uses as keys */

/** The channel of a link is no key: it is in the slot of the key `links` because it begins with it. */
const CHANNELS = 'lua/includes/link.lua';

/**
 * @param {Program} program
 * @param {KeyParameters} parameters of the includes; those of this text are added
 * @param {Report} report
 */
export function checkKeys(program, parameters, report) {
  for (const node of program.nodes) {
    if (inputOf(node) === 'KEYS') continue;
    for (const argument of keyArguments(program, parameters, node)) {
      const parameter = parameterOf(program, argument);
      if (parameter) addTo(parameters, parameter.fn, parameter.index);
      // checkUses names the element of KEYS that was given no name of its own
      else if (!isKey(program, argument) && inputOf(argument) !== 'KEYS')
        report(lineOf(argument), 'a key must come from KEYS');
    }
  }
  checkUses(program, report);
}

/**
 * The arguments of a call that have to be keys.
 * @param {Program} program @param {KeyParameters} parameters @param {Node} node
 * @returns {Node[]}
 */
function keyArguments(program, parameters, node) {
  const isCall = node.type === 'CallExpression';
  if (!isCall) return [];
  const fn = calledFunction(program, node);
  if (fn) return [...(parameters.get(fn) ?? [])].flatMap((index) => node.arguments[index] ?? []);
  const command = redisFunction(node) && stringOf(node.arguments[0]);
  if (command === undefined || (command === 'SPUBLISH' && program.source.path === CHANNELS)) return [];
  return keyPositions(command, node.arguments.length).flatMap((index) => node.arguments[index] ?? []);
}

/** @param {Program} program @param {Node} node @returns {{ fn: Node, index: number } | undefined} */
function parameterOf({ names }, node) {
  const binding = node.type === 'Identifier' ? names.references.get(node) : undefined;
  if (binding?.kind !== 'parameter' || !binding.fn || binding.index === undefined) return undefined;
  return { fn: binding.fn, index: binding.index };
}

/** A local that got `KEYS[…]`, or what `for _, key in ipairs(KEYS)` walks. @param {Program} program @param {Node} node */
function isKey({ names }, node) {
  const binding = node.type === 'Identifier' ? names.references.get(node) : undefined;
  if (binding?.kind === 'local') return inputOf(binding.init) === 'KEYS';
  return binding?.kind === 'loop' && binding.index === 1 && walksKeys(binding.init);
}

/** @param {Node | undefined} node */
const walksKeys = (node) =>
  node?.type === 'CallExpression' && node.base.name === 'ipairs' && node.arguments[0]?.name === 'KEYS';

/** KEYS is only counted, walked, or given to a local; a local that holds a key keeps it. @param {Program} program @param {Report} report */
function checkUses({ nodes, names }, report) {
  const inits = new Set(nodes.filter(({ type }) => type === 'LocalStatement').flatMap(({ init }) => init));
  const walked = new Set(nodes.filter(walksKeys).map((node) => node.arguments[0]));
  const indexed = new Set(nodes.filter((node) => inputOf(node) === 'KEYS').map((node) => node.base));
  const counted = new Set(
    nodes
      .filter(({ type, operator }) => type === 'UnaryExpression' && operator === '#')
      .map(({ argument }) => argument),
  );
  for (const node of nodes) {
    if (inputOf(node) === 'KEYS' && !inits.has(node))
      report(lineOf(node), 'an element of KEYS is first given to a local');
    const isKeys = node.type === 'Identifier' && node.name === 'KEYS';
    if (isKeys && ![walked, indexed, counted].some((uses) => uses.has(node)))
      report(lineOf(node), 'KEYS is only indexed, counted or walked');
    if (node.type === 'AssignmentStatement') {
      for (const variable of node.variables) {
        if (inputOf(names.references.get(variable)?.init) === 'KEYS')
          report(lineOf(node), `${variable.name} is a key and stays it`);
      }
    }
  }
}

/** @param {KeyParameters} parameters @param {Node} fn @param {number} index */
function addTo(parameters, fn, index) {
  parameters.set(fn, (parameters.get(fn) ?? new Set()).add(index));
}
