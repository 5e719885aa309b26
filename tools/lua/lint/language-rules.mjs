// How the language is used: bounded loops, no globals, no chance and no clock but Redis's.
import { lineOf } from './program.mjs';

/** @typedef {import('./ast.mjs').Node} Node */
/** @typedef {import('./program.mjs').Program} Program */
/** @typedef {import('./program.mjs').Report} Report */

/** What Redis gives to scripts and a script may use (no os, no load, no setmetatable). */
const GLOBALS = new Set(
  `KEYS ARGV redis string table math struct cjson cmsgpack bit tonumber tostring type ipairs pairs next select unpack error
  assert pcall`.split(/\s+/),
);
const BOUNDED = /^-- bounded: \S/;

/** @param {Program} program @param {Report} report */
export function checkLanguage(program, report) {
  checkLoops(program, report);
  for (const { node, isAssigned } of program.names.globals) {
    if (isAssigned) report(lineOf(node), `${node.name} is a global: make it local`);
    else if (!GLOBALS.has(node.name)) report(lineOf(node), `${node.name} is not defined here`);
  }
  for (const node of program.nodes) {
    if (node.type === 'MemberExpression' && node.base.name === 'math' && /^random/.test(node.identifier.name)) {
      report(lineOf(node), 'no chance in scripts: the caller passes random values');
    }
    if (node.type === 'StringLiteral' && node.raw.startsWith('[')) report(lineOf(node), 'no long strings');
  }
  for (const comment of program.chunk.comments) {
    if (/^--\[=*\[/.test(comment.raw))
      report(lineOf(comment), 'no long comments: the build leaves out comments line by line');
  }
}

/** @param {Program} program @param {Report} report */
function checkLoops({ nodes, chunk }, report) {
  const bounded = new Set(chunk.comments.filter(({ raw }) => BOUNDED.test(raw)).map((comment) => lineOf(comment)));
  for (const node of nodes) {
    const isLoop = node.type === 'WhileStatement' || node.type === 'RepeatStatement';
    if (!isLoop) continue;
    const isEndless = node.condition.type === 'BooleanLiteral';
    if (isEndless) report(lineOf(node), 'a loop needs a condition that ends it');
    else if (!bounded.has(lineOf(node) - 1))
      report(lineOf(node), 'say on the line before why it ends: -- bounded: <why>');
  }
}

/** @param {Program} program @param {Report} report */
export function checkIncludeBody({ chunk, nodes }, report) {
  for (const statement of chunk.body) {
    const isConstant = statement.type === 'LocalStatement';
    if (!isConstant && !(statement.type === 'FunctionDeclaration' && statement.isLocal)) {
      report(lineOf(statement), 'an include holds local functions and constants only');
    }
  }
  for (const node of nodes) {
    if (node.type === 'Identifier' && (node.name === 'KEYS' || node.name === 'ARGV')) {
      report(lineOf(node), `an include needs nothing from its caller, so not ${node.name}`);
    }
  }
}

/** A name of an include must mean the same everywhere, and what is included must be used. @param {Program} program @param {Report} report */
export function checkIncluded({ source, names, includes }, report) {
  /** @type {Map<string, string>} */
  const owners = new Map();
  for (const include of includes) {
    for (const name of include.names.topLevel.keys()) {
      if (owners.has(name)) report(1, `${name} is defined by ${owners.get(name)} and by ${include.source.path}`);
      owners.set(name, include.source.path);
    }
  }
  for (const name of names.topLevel.keys()) {
    if (owners.has(name)) report(1, `${name} is also defined by ${owners.get(name)}`);
  }
  const used = new Set([...names.references.values()]);
  for (const name of source.header.includes) {
    const include = includes.find(({ source: { path } }) => path === `lua/includes/${name}.lua`);
    const isUsed = include && [...include.names.topLevel.values()].some((binding) => used.has(binding));
    if (include && !isUsed) report(1, `include ${name} is not used`);
  }
}
