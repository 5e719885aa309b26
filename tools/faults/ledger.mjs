// Reads docs/faults.md, which says for each fault what test shows it and what control shows that the test can fail, and
// looks whether all of that is there: every fault, every file, every title.

/**
 * @typedef {{ kind: 'Test' | 'Control', file: string, title: string }} Entry
 * @typedef {{ number: string, title: string, entries: Entry[], reasons: string[] }} Section
 * @typedef {'unknown-fault' | 'fault-missing' | 'fault-twice' | 'out-of-order' | 'malformed' | 'no-test' | 'no-control' |
 *   'no-such-file' | 'no-such-title'} ProblemName
 * @typedef {{ name: ProblemName, fault: string, detail: string }} Problem
 */

/** Every fault that the ledger has to answer for, in its order. */
export const FAULTS = Array.from({ length: 34 }, (_, index) => String(index + 1)).flatMap((number) =>
  number === '11' ? ['11', '11a'] : [number],
);

const HEADING = /^### (\S+?)\. (.+)$/;
const ENTRY = /^- (Test|Control): `([^`]+)`: "(.+)"$/;
const REASON = /^- Not here: (\S.*)$/;

/**
 * @param {string} text of the ledger
 * @returns {{ sections: Section[], problems: Problem[] }}
 */
export function parseLedger(text) {
  /** @type {Section[]} */
  const sections = [];
  /** @type {Problem[]} */
  const problems = [];
  for (const line of text.split('\n')) {
    const [, number, title = ''] = HEADING.exec(line) ?? [];
    if (number !== undefined) sections.push({ number, title, entries: [], reasons: [] });
    const section = sections.at(-1);
    if (!section || !line.startsWith('- ')) continue;
    const [, kind, file = '', name = ''] = ENTRY.exec(line) ?? [];
    const [, reason] = REASON.exec(line) ?? [];
    if (kind === 'Test' || kind === 'Control') section.entries.push({ kind, file, title: name });
    else if (reason !== undefined) section.reasons.push(reason);
    else problems.push({ name: 'malformed', fault: section.number, detail: line });
  }
  return { sections, problems };
}

/**
 * @param {string} text of the ledger
 * @param {(file: string) => string | undefined} read the source of a file, by its path below the root
 * @returns {Problem[]}
 */
export function problemsOf(text, read) {
  const { sections, problems } = parseLedger(text);
  const numbers = sections.map(({ number }) => number);
  const missing = FAULTS.filter((number) => !numbers.includes(number));
  problems.push(...missing.map((fault) => problem('fault-missing', fault, 'has no section')));
  sections.forEach((section, index) => problems.push(...problemsOfSection(section, numbers.slice(0, index), read)));
  return problems;
}

/** @param {Problem} problem */
export const describeProblem = ({ name, fault, detail }) => `${name}: fault ${fault}: ${detail}`;

/**
 * @param {Section} section
 * @param {string[]} before the numbers of the sections before it
 * @param {(file: string) => string | undefined} read
 * @returns {Problem[]}
 */
function problemsOfSection({ number, title, entries, reasons }, before, read) {
  /** @type {Problem[]} */
  const problems = [];
  if (!FAULTS.includes(number)) problems.push(problem('unknown-fault', number, title));
  if (before.includes(number)) problems.push(problem('fault-twice', number, title));
  if (FAULTS.indexOf(number) < FAULTS.indexOf(before.at(-1) ?? '1'))
    problems.push(problem('out-of-order', number, title));
  const has = (/** @type {Entry['kind']} */ kind) => entries.some((entry) => entry.kind === kind);
  if (reasons.length === 0 && !has('Test')) problems.push(problem('no-test', number, title));
  if (reasons.length === 0 && !has('Control')) problems.push(problem('no-control', number, title));
  for (const { file, title: name } of entries) {
    const source = read(file);
    if (source === undefined) problems.push(problem('no-such-file', number, file));
    else if (!hasTest(source, name)) problems.push(problem('no-such-title', number, `${file}: "${name}"`));
  }
  return problems;
}

/**
 * @param {ProblemName} name
 * @param {string} fault
 * @param {string} detail
 * @returns {Problem}
 */
function problem(name, fault, detail) {
  return { name, fault, detail };
}

/**
 * Whether the file has a test of exactly this title: `test('…', …)`, or the call after a `test.each(…)`.
 * @param {string} source
 * @param {string} title
 */
function hasTest(source, title) {
  const escaped = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:\\b(?:test|it)|\\))\\(\\s*(['"\`])${escaped}\\1,`).test(source);
}
