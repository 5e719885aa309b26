// What commands print on stdout: for people tables and `name: value` lines, with --json one JSON document, or for lists one
// a line. Text from elsewhere can't steer the terminal.
import { escaped } from './printer.mjs';

/** Fields that are times in ms. */
const TIMES = /^(at|since|.*At|.*Since|lastSeen)$/;
/** Rows that a table's columns are fitted to; what comes later may be wider. */
const FITTED_ROWS = 200;
const GAP = '  ';

export class Output {
  #json;

  /** @param {boolean} json */
  constructor(json) {
    this.#json = json;
  }

  /**
   * One thing.
   * @param {object} value
   */
  document(value) {
    if (this.#json) print(JSON.stringify(value));
    else for (const [name, each] of flat(value)) print(escaped(`${name}: ${cell(name, each)}`));
  }

  /**
   * Of what has no answer: words for people, for programs a document.
   * @param {string} sentence
   * @param {object} value
   */
  done(sentence, value) {
    print(this.#json ? JSON.stringify(value) : escaped(sentence));
  }

  /**
   * A list.
   * @param {AsyncIterable<object>} items
   * @param {readonly string[]} columns fields shown to people; `a.b` is within `a`
   * @param {number} limit how many; is there more, it is said on stderr
   */
  async list(items, columns, limit) {
    /** @type {string[][]} */
    const rows = [];
    /** @type {number[] | undefined} */
    let widths;
    const flush = () => {
      widths ??= columns.map((_, at) => Math.max(...[columns, ...rows].map((row) => widthOf(row[at] ?? ''))));
      for (const row of rows) print(line(row, widths));
      rows.length = 0;
    };
    let count = 0;
    for await (const item of items) {
      if (++count > limit) {
        if (!this.#json) flush();
        process.stderr.write(`-- there are more than ${limit}: --limit shows more\n`);
        return;
      }
      if (this.#json) print(JSON.stringify(item));
      else {
        if (count === 1) rows.push([...columns]);
        rows.push(columns.map((name) => escaped(cell(name, at(item, name)))));
        if (rows.length > FITTED_ROWS) flush();
      }
    }
    if (!this.#json) flush();
    if (count === 0 && !this.#json) process.stderr.write('-- none\n');
  }
}

/** @param {string} text */
const print = (text) => void process.stdout.write(`${text}\n`);

/** @param {string} text */
const widthOf = (text) => [...text].length;

/**
 * @param {string[]} row
 * @param {readonly number[]} widths
 */
function line(row, widths) {
  const padded = row.map((text, index) => text + ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text))));
  return padded.join(GAP).trimEnd();
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function cell(name, value) {
  if (value === undefined || value === null) return '-';
  const own = name.split('.').at(-1) ?? name;
  if (typeof value === 'number' && TIMES.test(own)) return new Date(value).toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * @param {any} item
 * @param {string} path
 * @returns {unknown}
 */
const at = (item, path) => path.split('.').reduce((value, name) => value?.[name], item);

/**
 * The fields of an object; those of objects in it as `a.b`.
 * @param {object} value
 * @returns {[string, unknown][]}
 */
function flat(value) {
  return Object.entries(value).flatMap(([name, each]) => {
    const isObject = typeof each === 'object' && each !== null && !Array.isArray(each) && Object.keys(each).length > 0;
    if (!isObject) return [/** @type {[string, unknown]} */ ([name, each])];
    return flat(each).map(([inner, found]) => /** @type {[string, unknown]} */ ([`${name}.${inner}`, found]));
  });
}
