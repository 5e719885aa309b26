// Parsing Lua, walking its tree, and finding what each name stands for.
// @ts-expect-error luaparse brings no types
import luaparse from 'luaparse';

/** @typedef {{ type: string, loc: { start: { line: number, column: number }, end: { line: number } }, [field: string]: any }} Node */
/** @typedef {Node & { body: Node[], comments: (Node & { raw: string })[] }} Chunk */
/**
 * @typedef {object} Binding one declared name
 * @property {string} name
 * @property {'local' | 'loop' | 'parameter' | 'function' | 'include'} kind
 * @property {Node} [init] what a local got first, or what a generic `for` walks
 * @property {Node} [fn] the function, or the one it is a parameter of
 * @property {number} [index] of a parameter
 */
/**
 * @typedef {object} Names
 * @property {Map<Node, Binding>} references identifier → what it stands for
 * @property {{ node: Node, isAssigned: boolean }[]} globals
 * @property {Map<string, Binding>} topLevel
 */

/** @param {string} source @returns {Chunk} @throws {SyntaxError} */
export function parse(source) {
  return luaparse.parse(source.replace(/^#!/, '--'), { luaVersion: '5.1', comments: true, locations: true });
}

/** @param {Node} node @returns {Node[]} in the order of the text */
export function children(node) {
  return Object.entries(node)
    .filter(([field]) => field !== 'loc' && field !== 'comments')
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter((value) => typeof value === 'object' && value !== null && 'type' in value);
}

/**
 * Every node below `root`, itself first.
 * @param {Node} root
 * @param {(node: Node) => boolean} [enters] whether to go below a node
 * @returns {Node[]}
 */
export function nodesOf(root, enters = () => true) {
  return enters(root) ? [root, ...children(root).flatMap((child) => nodesOf(child, enters))] : [root];
}

/** The text of a string literal, else undefined. @param {Node | undefined} node @returns {string | undefined} */
export function stringOf(node) {
  return node?.type === 'StringLiteral' ? node.raw.slice(1, -1) : undefined;
}

/** `KEYS` or `ARGV` where the node is `KEYS[…]` or `ARGV[…]`. @param {Node | undefined} node */
export function inputOf(node) {
  const name = node?.type === 'IndexExpression' && node.base.type === 'Identifier' ? node.base.name : undefined;
  return name === 'KEYS' || name === 'ARGV' ? /** @type {'KEYS' | 'ARGV'} */ (name) : undefined;
}

/** `call` or `pcall` where the node is `redis.call(…)`. @param {Node} node @returns {string | undefined} */
export function redisFunction(node) {
  const base = node.type === 'CallExpression' ? node.base : undefined;
  const isRedis = base?.type === 'MemberExpression' && base.base.name === 'redis';
  return isRedis && /^p?call$/.test(base.identifier.name) ? base.identifier.name : undefined;
}

/**
 * @param {Chunk} chunk
 * @param {Map<string, Binding>} included names that stand before the first line
 * @returns {Names}
 */
export function resolveNames(chunk, included) {
  /** @type {Names} */
  const names = { references: new Map(), globals: [], topLevel: new Map() };
  visitBlock(chunk.body, new Scope(names, new Scope(names, undefined, included), names.topLevel));
  return names;
}

class Scope {
  /** @param {Names} names @param {Scope} [outer] @param {Map<string, Binding>} [own] */
  constructor(names, outer, own = new Map()) {
    this.names = names;
    this.outer = outer;
    this.own = own;
  }

  /** @param {Node} identifier @param {Omit<Binding, 'name'>} what */
  declare(identifier, what) {
    const binding = { name: identifier.name, ...what };
    this.own.set(identifier.name, binding);
    this.names.references.set(identifier, binding);
  }

  /** @param {string} name @returns {Binding | undefined} */
  find(name) {
    return this.own.get(name) ?? this.outer?.find(name);
  }

  /** @param {Node} node @param {boolean} isAssigned */
  refer(node, isAssigned) {
    const binding = this.find(node.name);
    if (binding) this.names.references.set(node, binding);
    else this.names.globals.push({ node, isAssigned });
  }

  inner() {
    return new Scope(this.names, this);
  }
}

/** @param {Node[]} body @param {Scope} scope */
function visitBlock(body, scope) {
  for (const statement of body) visit(statement, scope);
}

/** @type {Record<string, (node: Node, scope: Scope) => void>} */
const VISITORS = {
  Identifier: (node, scope) => scope.refer(node, false),
  MemberExpression: (node, scope) => visit(node.base, scope),
  TableKeyString: (node, scope) => visit(node.value, scope),
  LocalStatement(node, scope) {
    for (const init of node.init) visit(init, scope);
    for (const [index, variable] of node.variables.entries()) {
      scope.declare(variable, { kind: 'local', init: node.init[index] });
    }
  },
  AssignmentStatement(node, scope) {
    for (const init of node.init) visit(init, scope);
    for (const variable of node.variables) {
      if (variable.type === 'Identifier') scope.refer(variable, true);
      else visit(variable, scope);
    }
  },
  FunctionDeclaration(node, scope) {
    if (node.isLocal) scope.declare(node.identifier, { kind: 'function', fn: node });
    else if (node.identifier?.type === 'Identifier') scope.refer(node.identifier, true);
    const inner = scope.inner();
    for (const [index, parameter] of node.parameters.entries()) {
      if (parameter.type === 'Identifier') inner.declare(parameter, { kind: 'parameter', fn: node, index });
    }
    visitBlock(node.body, inner);
  },
  ForNumericStatement(node, scope) {
    for (const part of [node.start, node.end, node.step]) if (part) visit(part, scope);
    const inner = scope.inner();
    inner.declare(node.variable, { kind: 'loop' });
    visitBlock(node.body, inner);
  },
  ForGenericStatement(node, scope) {
    for (const iterator of node.iterators) visit(iterator, scope);
    const inner = scope.inner();
    for (const [index, variable] of node.variables.entries()) {
      inner.declare(variable, { kind: 'loop', index, init: node.iterators[0] });
    }
    visitBlock(node.body, inner);
  },
  RepeatStatement(node, scope) {
    const inner = scope.inner();
    visitBlock(node.body, inner);
    visit(node.condition, inner);
  },
};

/** @param {Node} node @param {Scope} scope */
function visit(node, scope) {
  const visitor = VISITORS[node.type];
  if (visitor) return visitor(node, scope);
  const below = Array.isArray(node.body) ? scope.inner() : scope;
  for (const child of children(node)) visit(child, below);
}
