// What a script returns is what its header declares: the same statuses, each with as many fields.
import { nodesOf, stringOf } from './ast.mjs';
import { calledFunction, lineOf } from './program.mjs';

/** @typedef {import('./ast.mjs').Node} Node */
/** @typedef {import('./program.mjs').Program} Program */
/** @typedef {import('./program.mjs').Report} Report */

/** @param {Program} program @param {Report} report */
export function checkReplies(program, report) {
  const { chunk, source } = program;
  const declared = new Map(source.header.replies.map((reply) => [reply.status, reply]));
  const outside = nodesOf(chunk, ({ type }) => type !== 'FunctionDeclaration');
  const returned = new Set();
  for (const statement of outside.filter(({ type }) => type === 'ReturnStatement')) {
    const [table] = statement.arguments;
    const status = stringOf(table?.type === 'TableConstructorExpression' ? table.fields[0]?.value : undefined);
    const reply = status === undefined ? undefined : declared.get(status);
    returned.add(status);
    if (status === undefined) report(lineOf(statement), "a reply is a table that begins with its status: { 'OK', … }");
    else if (!reply) report(lineOf(statement), `status ${status} is not declared by @reply`);
    else checkFields(program, table, reply.fields.length, report);
  }
  for (const status of declared.keys()) if (!returned.has(status)) report(1, `status ${status} is never returned`);
  if (chunk.body.at(-1)?.type !== 'ReturnStatement') report(1, 'the last statement must return a reply');
}

/** @param {Program} program @param {Node} table @param {number} count @param {Report} report */
function checkFields(program, table, count, report) {
  /** @type {Node[]} */
  const fields = table.fields.slice(1);
  const status = stringOf(table.fields[0].value);
  if (fields.some(({ type }) => type !== 'TableValue')) report(lineOf(table), 'a reply has no named fields');
  if (fields.length !== count)
    report(lineOf(table), `${status} has ${count} fields by the header, here ${fields.length}`);
  const last = fields.at(-1)?.value;
  const fn = last && !isInParentheses(program, last) && calledFunction(program, last);
  if (fn && returnsSeveral(fn))
    report(lineOf(last), `${last.base.name} returns several values, all of which would be fields`);
  for (const { value } of fields) {
    if (value.type === 'NilLiteral') report(lineOf(value), 'a reply ends at its first nil');
    if (value.type === 'BooleanLiteral') report(lineOf(value), 'a reply has no booleans: true is 1, false is nil');
  }
}

/** `(f())` is the first of its values only; the tree does not tell. @param {Program} program @param {Node} node */
function isInParentheses({ source }, node) {
  const line = source.source.split('\n')[lineOf(node) - 1] ?? '';
  return line.charAt(node.loc.start.column - 1) === '(' || line.charAt(node.loc.start.column) === '(';
}

/** @param {Node} fn */
function returnsSeveral(fn) {
  const own = fn.body.flatMap((/** @type {Node} */ statement) => {
    return nodesOf(statement, ({ type }) => type !== 'FunctionDeclaration');
  });
  return own.some((/** @type {Node} */ node) => node.type === 'ReturnStatement' && node.arguments.length > 1);
}
