// Runs every rule over every script and include.
import { checkCommands, checkReadsOnly } from './command-rules.mjs';
import { checkIncludeHeader, checkScriptHeader } from './header-rules.mjs';
import { checkInputs } from './input-rules.mjs';
import { checkKeys } from './key-rules.mjs';
import { checkIncludeBody, checkIncluded, checkLanguage } from './language-rules.mjs';
import { programOf } from './program.mjs';
import { checkReplies } from './reply-rules.mjs';

/** @typedef {import('../sources.mjs').Include} Include */
/** @typedef {import('../sources.mjs').Source} Source */
/** @typedef {import('../sources.mjs').Sources} Sources */
/** @typedef {import('./program.mjs').Program} Program */

const MOST_LINES = 150;

/** @param {Sources} sources @returns {{ problems: string[], warnings: string[] }} lines as `path:line: what` */
export function lintSources({ scripts, includes }) {
  /** @type {string[]} */
  const problems = [];
  const programs = new Programs(problems);
  const parameters = new Map();
  const ordered = [...new Set([...scripts.flatMap((script) => script.includes), ...includes])];
  for (const include of ordered) {
    const report = reportTo(problems, include);
    const program = programs.of(include, needed(include, includes));
    if (!program) continue;
    for (const { line, text } of include.header.problems) report(line, text);
    checkIncludeHeader(program, report);
    checkIncludeBody(program, report);
    checkEverywhere(program, parameters, report);
  }
  for (const script of scripts) {
    const report = reportTo(problems, script);
    const program = programs.of(script, script.includes);
    for (const { line, text } of script.header.problems) report(line, text);
    if (!program || script.header.problems.length > 0) continue; // the rules below go by the header
    checkScriptHeader(program, report);
    checkInputs(program, report);
    checkReplies(program, report);
    checkEverywhere(program, parameters, report);
    checkReadsOnly(program, report);
  }
  const long = [...scripts, ...includes].filter(({ source }) => source.split('\n').length > MOST_LINES);
  return { problems, warnings: long.map(({ path }) => `${path}: more than ${MOST_LINES} lines`) };
}

/** @param {Program} program @param {import('./key-rules.mjs').KeyParameters} parameters @param {import('./program.mjs').Report} report */
function checkEverywhere(program, parameters, report) {
  checkLanguage(program, report);
  checkIncluded(program, report);
  checkCommands(program, report);
  checkKeys(program, parameters, report);
}

/** Every include that `include` needs, in order. @param {Include} include @param {Include[]} all @returns {Include[]} */
function needed(include, all) {
  /** @type {Set<Include>} */
  const found = new Set();
  /** @param {Include} from @param {Include[]} trail */
  const visit = (from, trail) => {
    for (const name of from.header.includes) {
      const next = all.find((each) => each.name === name);
      if (!next || trail.includes(next)) continue;
      visit(next, [...trail, next]);
      found.add(next);
    }
  };
  visit(include, [include]);
  return [...found];
}

/** @param {string[]} problems @param {Source} source @returns {import('./program.mjs').Report} */
function reportTo(problems, { path }) {
  return (line, text) => problems.push(`${path}:${line}: ${text}`);
}

/** Parses each source once: rules compare the functions of an include by identity. */
class Programs {
  /** @type {Map<Source, Program>} */
  parsed = new Map();

  /** @param {string[]} problems */
  constructor(problems) {
    this.problems = problems;
  }

  /** @param {Source} source @param {Source[]} includes @returns {Program | undefined} undefined where it is no Lua */
  of(source, includes) {
    try {
      const before = includes.flatMap((include) => this.parsed.get(include) ?? []);
      const program = programOf(source, before);
      this.parsed.set(source, program);
      return program;
    } catch (error) {
      this.problems.push(`${source.path}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }
}
