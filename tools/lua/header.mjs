// Reads the header of a script or an include: what it is for, keys, arguments, replies. Never throws: what does not fit
// becomes a problem of the file, so that one run names every one of them.
import { parseReplies } from './reply-grammar.mjs';

/** @typedef {import('./reply-grammar.mjs').Reply} Reply */
/** @typedef {{ line: number, text: string }} Problem */
/** @typedef {{ name: string, type: string, about: string }} Field */
/**
 * @typedef {object} Header
 * @property {string[]} flags of the `#!lua` line
 * @property {string[]} purpose lines of free text
 * @property {string[]} includes
 * @property {Field[]} keys
 * @property {Field[]} itemKeys repeated per item
 * @property {Field[]} optionalItemKeys after those, of every item or of none
 * @property {Field[]} args
 * @property {Field[]} itemArgs repeated per item
 * @property {Reply[]} replies
 * @property {Problem[]} problems
 * @property {number} lines how many lines the header takes, the `#!lua` line included
 */

const KEY_TYPES = /^(string|list|hash|set|zset|stream)$/;
const ARG_TYPES = /^(int|string|bytes)$/;
const FLAGS = /^(no-writes|allow-oom)$/;
const FIELD = /^([a-z][a-zA-Z0-9_]*)\s+(\S+)(?:\s+(.*))?$/;

/** @param {string} source @returns {Header} */
export function parseHeader(source) {
  const lines = source.split('\n');
  /** @type {Header} */
  const header = {
    flags: [],
    purpose: [],
    includes: [],
    keys: [],
    itemKeys: [],
    optionalItemKeys: [],
    args: [],
    itemArgs: [],
    replies: [],
    problems: [],
    lines: 0,
  };
  if (lines[0]?.startsWith('#!')) readFlags(header, lines[0]);
  while (lines[header.lines]?.startsWith('--')) header.lines += 1;
  for (const { line, text } of logicalLines(lines.slice(0, header.lines))) readLine(header, line, text);
  findRepeats(header);
  return header;
}

/** @param {Header} header @param {string} shebang */
function readFlags(header, shebang) {
  header.lines = 1;
  const match = /^#!lua(?: flags=(\S+))?$/.exec(shebang);
  header.flags = match?.[1]?.split(',') ?? [];
  if (!match || !header.flags.every((flag) => FLAGS.test(flag))) {
    header.problems.push({ line: 1, text: 'line 1 is "#!lua", "#!lua flags=no-writes" or "#!lua flags=allow-oom"' });
  }
}

/**
 * Lines of the header, those that continue a tag joined to it.
 * @param {string[]} lines
 * @returns {{ line: number, text: string }[]}
 */
function logicalLines(lines) {
  /** @type {{ line: number, text: string }[]} */
  const logical = [];
  for (const [index, raw] of lines.entries()) {
    if (raw.startsWith('#!')) continue;
    const text = raw.slice(2).trim();
    const last = logical.at(-1);
    if (last?.text.startsWith('@') && text !== '' && !text.startsWith('@')) last.text += ` ${text}`;
    else logical.push({ line: index + 1, text });
  }
  return logical;
}

/** @param {Header} header @param {number} line @param {string} text */
function readLine(header, line, text) {
  if (!text.startsWith('@')) {
    if (text !== '' || header.purpose.length > 0) header.purpose.push(text);
    return;
  }
  const [, tag = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
  try {
    readTag(header, tag, rest);
  } catch (error) {
    header.problems.push({ line, text: error instanceof Error ? error.message : String(error) });
  }
}

/** @param {Header} header @param {string} tag @param {string} rest */
function readTag(header, tag, rest) {
  if (tag === '@include') header.includes.push(...rest.split(/\s+/).filter(Boolean));
  else if (tag === '@key') header.keys.push(field(rest, KEY_TYPES));
  else if (tag === '@key*') header.itemKeys.push(field(rest, KEY_TYPES));
  else if (tag === '@key*?') header.optionalItemKeys.push(field(rest, KEY_TYPES));
  else if (tag === '@arg') header.args.push(field(rest, ARG_TYPES));
  else if (tag === '@arg*') header.itemArgs.push(field(rest, ARG_TYPES));
  else if (tag === '@reply') header.replies.push(...parseReplies(rest));
  else throw new Error(`unknown tag ${tag}`);
}

/** @param {string} text @param {RegExp} types @returns {Field} */
function field(text, types) {
  const [, name = '', type = '', about = ''] = FIELD.exec(text) ?? [];
  if (name === '') throw new Error(`not "<name> <type> <what it is>": "${text}"`);
  if (!types.test(type)) throw new Error(`unknown type "${type}" of ${name}`);
  return { name, type, about };
}

/** @param {Header} header */
function findRepeats(header) {
  const groups = {
    'fixed key': header.keys.map((key) => key.name),
    argument: header.args.map((arg) => arg.name),
    'name inside an item': [...header.itemKeys, ...header.optionalItemKeys, ...header.itemArgs].map(
      (each) => each.name,
    ),
    status: header.replies.map((reply) => reply.status),
  };
  for (const [what, names] of Object.entries(groups)) {
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated) header.problems.push({ line: 1, text: `${what} ${repeated} is declared twice` });
  }
}
