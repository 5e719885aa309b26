// What the commands have in common: the options of all of them, and the way from these to a Fanfare and an output.
import { InvalidArgumentError } from 'commander';
import { connect, connectionOf } from './connection.mjs';
import { Output } from './output.mjs';

/**
 * @typedef {import('commander').Command} Command
 * @typedef {import('@fanfare/server').Fanfare} Fanfare
 *
 * @typedef {object} Scene
 * @property {Fanfare} fanfare
 * @property {Output} output
 * @property {any} options those of the command
 */

const DEFAULT_ITEMS = 50;
const MOST_ITEMS = 1_000_000_000;
/** The largest page that the API gives, and that of an inbox. */
const PAGE = 1000;
export const INBOX_PAGE = 100;

/**
 * @param {Command} command
 * @returns {Command}
 */
export function withConnection(command) {
  return command
    .option('--url <url>', 'where the API answers (FANFARE_URL, or http://127.0.0.1:3000)')
    .option('--key <key>', 'API key (FANFARE_KEY or FANFARE_ADMIN_KEY, or that of `npm start`)')
    .option('--json', 'print JSON: one document, of a list one a line');
}

/**
 * @param {Command} command
 * @returns {Command}
 */
export function withLimit(command) {
  return command.option('--limit <n>', 'how many at most', count, DEFAULT_ITEMS);
}

/**
 * @param {Command} parent
 * @param {string} nameAndArgs
 * @param {string} description
 * @returns {Command}
 */
export function subcommand(parent, nameAndArgs, description) {
  return withConnection(parent.command(nameAndArgs).description(description));
}

/**
 * @param {(scene: Scene, ...args: any[]) => Promise<void>} act gets the command's arguments after the scene
 * @returns {(...given: any[]) => Promise<void>}
 */
export function acting(act) {
  return async (...given) => {
    /** @type {Command} */
    const command = given.at(-1);
    const options = command.optsWithGlobals();
    const fanfare = await connect(connectionOf(options));
    await act({ fanfare, output: new Output(options.json ?? false), options }, ...given.slice(0, -2));
  };
}

/**
 * The size of pages for that many items: one more, so that it is known whether there are more.
 * @param {number} limit
 */
export const pageFor = (limit, most = PAGE) => Math.min(limit + 1, most);

/** @param {string} text */
export function count(text) {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MOST_ITEMS) throw new InvalidArgumentError('It has to be a number above 0.');
  return value;
}

/** @param {string} text */
export function offset(text) {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

/**
 * A time: ms since 1970, or what `Date` reads.
 * @param {string} text
 */
export function time(text) {
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('It has to be ms since 1970, or like 2030-01-31T08:00:00Z.');
  return value;
}

/** @param {string} text */
export const list = (text) => text.split(',').filter((item) => item !== '');

/**
 * Examples at the end of a command's help.
 * @param {Command} command
 * @param {...string} lines
 * @returns {Command}
 */
export function examples(command, ...lines) {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
