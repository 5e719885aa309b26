// Puts what was given by name into the order in which a script takes it, as its header says.
import { Usage } from './trouble.mjs';

/** @typedef {import('../lua/header.mjs').Header} Header */
/** @typedef {import('../lua/header.mjs').Field} Field */
/** @typedef {'key' | 'arg'} Kind */
/** Values by `key:name` and `arg:name`. @typedef {Map<string, string[]>} Given */

/**
 * @param {Header} header
 * @param {readonly [string, string][]} values
 * @param {Readonly<Record<string, string>>} ownKeys for keys that were not given
 * @returns {{ keys: string[], args: string[] }}
 * @throws {Usage} that tells all that is wrong or missing
 */
export function arranged(header, values, ownKeys) {
  const given = byName(header, values);
  for (const { name } of header.keys) {
    const own = ownKeys[name];
    if (own !== undefined && !given.has(`key:${name}`)) given.set(`key:${name}`, [own]);
  }
  // The first call of a script is no repetition.
  if (header.args.some(({ name }) => name === 'retry') && !given.has('arg:retry')) given.set('arg:retry', ['0']);
  const items = itemCount(header, given);
  const wrong = problemsOf(header, given, items);
  if (wrong.length > 0) throw new Usage(wrong.join('\n'));
  const one = (/** @type {Kind} */ kind, /** @type {Field} */ { name }, index = 0) =>
    given.get(`${kind}:${name}`)?.[index] ?? '';
  const { keys, args, itemKeys, itemArgs } = header;
  const optional = header.optionalItemKeys.filter(({ name }) => given.has(`key:${name}`));
  const each = Array.from({ length: items }, (_, index) => index);
  return {
    keys: [
      ...keys.map((field) => one('key', field)),
      ...each.flatMap((index) => [...itemKeys, ...optional].map((field) => one('key', field, index))),
    ],
    args: [
      ...args.map((field) => one('arg', field)),
      ...each.flatMap((index) => itemArgs.map((field) => one('arg', field, index))),
    ],
  };
}

/** @param {Header} header @param {readonly [string, string][]} values @returns {Given} */
function byName(header, values) {
  /** @type {Given} */
  const given = new Map();
  for (const [text, value] of values) {
    const place = placeOf(header, text);
    given.set(place, [...(given.get(place) ?? []), value]);
  }
  return given;
}

/** @param {Header} header @param {string} text `name`, `key:name` or `arg:name` @returns {string} */
function placeOf(header, text) {
  const [, prefix, name = ''] = /^(?:(key|arg):)?(.*)$/.exec(text) ?? [];
  const kinds = (prefix ? [prefix] : ['key', 'arg']).filter((kind) => {
    return fieldsOf(header, /** @type {Kind} */ (kind)).some((field) => field.name === name);
  });
  if (kinds.length === 1) return `${kinds[0]}:${name}`;
  if (kinds.length === 2) throw new Usage(`${name} is a key and an argument: say key:${name}=… or arg:${name}=….`);
  throw new Usage(
    `This script has no ${prefix === 'key' ? 'key' : prefix ? 'argument' : 'key or argument'} "${name}".`,
  );
}

/** @param {Header} header @param {Kind} kind */
function fieldsOf({ keys, itemKeys, optionalItemKeys, args, itemArgs }, kind) {
  return kind === 'key' ? [...keys, ...itemKeys, ...optionalItemKeys] : [...args, ...itemArgs];
}

/** As many as the most that was given of what an item has. @param {Header} header @param {Given} given */
function itemCount({ itemKeys, optionalItemKeys, itemArgs }, given) {
  const places = [...[...itemKeys, ...optionalItemKeys].map(({ name }) => `key:${name}`)];
  places.push(...itemArgs.map(({ name }) => `arg:${name}`));
  return Math.max(0, ...places.map((place) => given.get(place)?.length ?? 0));
}

/** @param {Header} header @param {Given} given @param {number} items @returns {string[]} */
function problemsOf(header, given, items) {
  const count = (/** @type {string} */ place) => given.get(place)?.length ?? 0;
  /** @type {(kind: Kind, fields: Field[], wanted: number, isOptional?: boolean) => string[]} */
  const check = (kind, fields, wanted, isOptional = false) =>
    fields.flatMap((field) => {
      const found = count(`${kind}:${field.name}`);
      if (isOptional && found === 0) return [];
      if (found === wanted)
        return (given.get(`${kind}:${field.name}`) ?? []).flatMap((value) => typeProblem(field, value));
      const what = `${kind} ${field.name} (${[field.type, field.about].filter(Boolean).join(': ')})`;
      return [found === 0 ? `missing: ${what}` : `${what} was given ${found} times, not ${wanted}`];
    });
  return [
    ...check('key', header.keys, 1),
    ...check('key', header.itemKeys, items),
    ...check('key', header.optionalItemKeys, items, true),
    ...check('arg', header.args, 1),
    ...check('arg', header.itemArgs, items),
  ];
}

/** @param {Field} field @param {string} value @returns {string[]} */
function typeProblem({ name, type }, value) {
  return type !== 'int' || /^-?\d{1,16}$/.test(value) ? [] : [`${name} is a whole number, not "${value}"`];
}
