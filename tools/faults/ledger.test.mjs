import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../bootstrap/paths.mjs';
import { describeProblem, FAULTS, problemsOf } from './ledger.mjs';

/** @param {string} file */
const readFile = (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined);

test('docs/faults.md answers for every fault, and all that it names is there', () => {
  const ledger = readFileSync(join(root, 'docs', 'faults.md'), 'utf8');
  assert.deepEqual(problemsOf(ledger, readFile).map(describeProblem), []);
});

const source = `
test('holds', () => {});
test.each([1])(
  'holds %s',
  () => {},
);
describe('a describe', () => {});
it("control: doesn't (hold)", () => {});
`;
const entries = ['- Test: `a.spec.ts`: "holds"', '- Control: `a.spec.ts`: "control: doesn\'t (hold)"'];

/**
 * A ledger that is as it should be, but for the lines of one fault.
 * @param {string} [fault]
 * @param {string[]} lines
 */
const ledgerWith = (fault, ...lines) =>
  FAULTS.map((number) => [`### ${number}. A fault`, '', ...(number === fault ? lines : entries), ''].join('\n')).join(
    '\n',
  );

/** @param {string} ledger */
const check = (ledger) =>
  problemsOf(ledger, (file) => (file === 'a.spec.ts' ? source : undefined)).map(describeProblem);

const [aTest = '', aControl = ''] = entries;

test('a ledger in which every fault has a test and a control, or a reason, has no problem', () => {
  assert.deepEqual(check(ledgerWith()), []);
  assert.deepEqual(check(ledgerWith('7', '- Not here: there is none yet')), []);
  assert.deepEqual(check(ledgerWith('7', '- Test: `a.spec.ts`: "holds %s"', aControl)), []);
});

test('whatever is missing has a name, and the fault is told', () => {
  const [first = ''] = check(ledgerWith('7', aTest));
  assert.equal(first, 'no-control: fault 7: A fault');
  assert.deepEqual(check(ledgerWith('7', aControl)), ['no-test: fault 7: A fault']);
  assert.deepEqual(check(ledgerWith('7')), ['no-test: fault 7: A fault', 'no-control: fault 7: A fault']);
  assert.deepEqual(check(ledgerWith('7', ...entries, '- Test: `b.spec.ts`: "holds"')), [
    'no-such-file: fault 7: b.spec.ts',
  ]);
  for (const title of ['hold', 'holds 1', 'a describe']) {
    assert.deepEqual(check(ledgerWith('7', ...entries, `- Test: \`a.spec.ts\`: "${title}"`)), [
      `no-such-title: fault 7: a.spec.ts: "${title}"`,
    ]);
  }
  assert.deepEqual(check(ledgerWith('7', ...entries, '- Test a.spec.ts')), ['malformed: fault 7: - Test a.spec.ts']);
  assert.deepEqual(check(ledgerWith('7', ...entries, '- Not here:')), ['malformed: fault 7: - Not here:']);
});

test('a fault that is missing, unknown, there twice or at another place is told', () => {
  const without = ledgerWith().replace('### 9. A fault', '#### Nine');
  assert.deepEqual(check(without), ['fault-missing: fault 9: has no section']);
  const twice = ledgerWith().replace('### 9. ', '### 8. ');
  assert.deepEqual(check(twice).slice(1), ['fault-twice: fault 8: A fault']);
  const unknown = ledgerWith().replace('### 9. ', '### 99. ');
  assert.equal(check(unknown)[1], 'unknown-fault: fault 99: A fault');
  const [eight, nine] = [/### 8\. /, /### 9\. /];
  const swapped = ledgerWith().replace(eight, '### x. ').replace(nine, '### 8. ').replace('### x. ', '### 9. ');
  assert.deepEqual(check(swapped), ['out-of-order: fault 8: A fault']);
});
