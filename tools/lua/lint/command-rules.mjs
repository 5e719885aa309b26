// Which commands a script calls: known ones, by their literal name, and none that writes where the script says so.
import { nodesOf, redisFunction, stringOf } from './ast.mjs';
import { isKnown, isWrite } from './commands.mjs';
import { calledFunction, lineOf } from './program.mjs';

/** @typedef {import('./ast.mjs').Node} Node */
/** @typedef {import('./program.mjs').Program} Program */
/** @typedef {import('./program.mjs').Report} Report */

/** @param {Program} program @param {Report} report */
export function checkCommands({ nodes }, report) {
  const called = new Set(nodes.filter((node) => redisFunction(node)).map(({ base }) => base));
  for (const node of nodes) {
    const isRedisCall =
      node.type === 'MemberExpression' && node.base.name === 'redis' && /call$/.test(node.identifier.name);
    if (isRedisCall && !called.has(node)) report(lineOf(node), 'redis.call is called where it stands, never passed on');
    if (!redisFunction(node)) continue;
    const command = stringOf(node.arguments[0]);
    if (command === undefined) report(lineOf(node), 'the command is a literal');
    else if (!isKnown(command)) report(lineOf(node), `${command} is not in tools/lua/lint/commands.mjs`);
  }
}

/** @param {Program} program @param {Report} report */
export function checkReadsOnly(program, report) {
  if (!program.source.header.flags.includes('no-writes')) return;
  const owners = [program, ...program.includes];
  for (const { node, via } of reachable(program, owners)) {
    const command = redisFunction(node) && stringOf(node.arguments[0]);
    if (command && isWrite(command)) report(via, `${command} in a script with no-writes`);
  }
}

/**
 * Every node that runs when the script does, and the line of the script that leads to it.
 * @param {Program} program @param {Program[]} owners
 */
function reachable(program, owners) {
  const outside = nodesOf(program.chunk, ({ type, identifier }) => type !== 'FunctionDeclaration' || !identifier);
  /** @type {{ node: Node, via: number }[]} */
  const found = outside.map((node) => ({ node, via: lineOf(node) }));
  /** @type {Set<Node>} */
  const entered = new Set();
  for (const { node, via } of found) {
    const fn = owners.map((owner) => calledFunction(owner, node)).find(Boolean);
    if (!fn || entered.has(fn)) continue;
    entered.add(fn);
    found.push(
      ...fn.body
        .flatMap((/** @type {Node} */ statement) => nodesOf(statement))
        .map((/** @type {Node} */ below) => ({ node: below, via })),
    );
  }
  return found;
}
