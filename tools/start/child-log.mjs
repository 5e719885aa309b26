// Where a child's output goes: every line into its log file, warnings to the terminal, and the last line that explains
// anything is kept for the message about its death. Until a child is ready its warnings wait: if it dies before, that
// message is all that the terminal shows.
import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { oncePer, textOf, warningOfService } from './log-lines.mjs';

const ROTATE_BYTES = 10 * 1024 * 1024;
const REPEAT_MS = 10_000;

/** Stack frames, the place and properties of an error, and Node's own footer explain nothing in one line. */
const NO_EXPLANATION = /^(\s|\^|[{}\]]|node:internal|file:\/\/|\/.*:\d+$|Node\.js v|$)/;

export class ChildLog {
  #file;
  #show;
  #mayShow = oncePer(REPEAT_MS);
  #lastLine = '';
  #lastWarning = '';
  /** @type {string[] | undefined} warnings of a child that is not ready yet */
  #held;

  /**
   * @param {string} path of the log file; a large one is set aside first
   * @param {(text: string) => void} show prints on the terminal
   */
  constructor(path, show) {
    if (existsSync(path) && statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
    this.#file = createWriteStream(path, { flags: 'a' });
    this.#file.on('error', (error) => this.#warn(`its log cannot be written: ${error.message}`));
    this.#show = show;
  }

  /**
   * A new life begins.
   * @param {import('node:child_process').ChildProcess} child
   */
  follow(child) {
    this.#held = [];
    this.#lastLine = '';
    this.#lastWarning = '';
    if (child.stdout) createInterface(child.stdout).on('line', (line) => this.#take(line, warningOfService(line)));
    if (child.stderr) createInterface(child.stderr).on('line', (line) => this.#take(line, complaint(line)));
  }

  /** The child is ready: show what it has warned of, and from now on at once. */
  show() {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const text of held) this.#show(text);
  }

  /** The best explanation that the child gave before it ended; empty when it gave none. */
  get lastWords() {
    return this.#lastWarning || this.#lastLine;
  }

  close() {
    this.#file.end();
  }

  /**
   * @param {string} line
   * @param {string | undefined} warning
   */
  #take(line, warning) {
    this.#file.write(`${line}\n`);
    const text = textOf(line);
    if (!NO_EXPLANATION.test(text)) this.#lastLine = text;
    if (warning === undefined) return;
    this.#lastWarning = text;
    this.#warn(warning);
  }

  /** @param {string} text */
  #warn(text) {
    if (!this.#mayShow(text)) return;
    if (this.#held) this.#held.push(text);
    else this.#show(text);
  }
}

/**
 * What a service writes to stderr outside its log is worth a look, except for the frames of a stack.
 * @param {string} line
 */
function complaint(line) {
  return warningOfService(line) ?? (NO_EXPLANATION.test(line) ? undefined : line);
}
