// The grammar of `@reply`: alternatives parted by `|`, each a status word and then fields as `name:type`.
//
//   OK offset:int entries:rows(offset:int entry:bytes) | DUPLICATE result:string

/** @typedef {'int' | 'string' | 'bytes'} ColumnType */
/** @typedef {ColumnType | 'list' | 'strings' | 'rows'} ReplyType */
/** @typedef {{ name: string, type: ColumnType }} Column */
/** @typedef {{ name: string, type: ReplyType, columns: Column[] }} ReplyField */
/** @typedef {{ status: string, fields: ReplyField[] }} Reply */

const SIMPLE = /^(int|string|bytes|list|strings)$/;
const FIELD = /^([a-z][a-zA-Z0-9_]*):(?:rows\(([^()]*)\)|(\w+))\s*/;
const COLUMN = /^([a-z][a-zA-Z0-9_]*):(int|string|bytes)$/;

/**
 * @param {string} text one @reply line, or several joined by ` | `
 * @returns {Reply[]}
 * @throws {Error} that says which part does not fit
 */
export function parseReplies(text) {
  return text.split('|').map((part) => parseReply(part.trim()));
}

/** @param {string} text @returns {Reply} */
function parseReply(text) {
  const status = /^([A-Z][A-Z0-9_]*)(?:\s+|$)/.exec(text);
  if (!status?.[1]) throw new Error(`a reply begins with a status in capitals: "${text}"`);
  /** @type {ReplyField[]} */
  const fields = [];
  for (let rest = text.slice(status[0].length); rest !== '';) {
    const match = FIELD.exec(rest);
    if (!match) throw new Error(`not a reply field (name:type): "${rest}"`);
    fields.push(replyField(match));
    rest = rest.slice(match[0].length);
  }
  return { status: status[1], fields };
}

/** @param {RegExpExecArray} match @returns {ReplyField} */
function replyField([, name = '', columns, type = '']) {
  if (name === 'status') throw new Error('"status" is the name of the status word itself');
  if (columns !== undefined) return { name, type: 'rows', columns: parseColumns(name, columns) };
  if (!SIMPLE.test(type)) throw new Error(`unknown reply type "${type}" of ${name}`);
  return { name, type: /** @type {ReplyType} */ (type), columns: [] };
}

/** @param {string} name @param {string} text @returns {Column[]} */
function parseColumns(name, text) {
  const words = text.split(/\s+/).filter(Boolean);
  if (words.length === 0) throw new Error(`rows of ${name} have no columns`);
  return words.map((word) => {
    const match = COLUMN.exec(word);
    if (!match) throw new Error(`not a column (name:int, name:string or name:bytes): "${word}"`);
    return { name: match[1] ?? '', type: /** @type {ColumnType} */ (match[2]) };
  });
}
