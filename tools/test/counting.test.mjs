import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countIn as countInJest } from './count-jest.mjs';
import { countIn as countInTap } from './count-node-tests.mjs';
import { dropSettings } from './environment.mjs';
import { parseOptions } from './options.mjs';

const NAMES = ['lint', 'unit', 'e2e'];

test('a Jest file that does not load counts as a failed test', () => {
  const result = { numPassedTests: 3, numFailedTests: 1, numRuntimeErrorTestSuites: 2 };
  assert.deepEqual(countInJest(result, 1), { passed: 3, failed: 3 });
});

test('a Jest run that failed without naming a test, or left no result, counts as one failure', () => {
  const allPassed = { numPassedTests: 3, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };
  assert.deepEqual(countInJest(allPassed, 0), { passed: 3, failed: 0 });
  assert.deepEqual(countInJest(allPassed, 1), { passed: 3, failed: 1 });
  assert.deepEqual(countInJest(undefined, 0), { passed: 0, failed: 1 });
});

test('cancelled tests of the tools count as failed', () => {
  const tap = '# tests 7\n# pass 4\n# fail 2\n# cancelled 1\n# skipped 0\n';
  assert.deepEqual(countInTap(tap, 1), { passed: 4, failed: 3 });
  assert.deepEqual(countInTap('', 1), { passed: 0, failed: 1 });
});

test('steps are chosen by name, and an unknown one is refused', () => {
  assert.deepEqual(parseOptions([], NAMES), { only: [], patterns: [] });
  assert.deepEqual(parseOptions(['--only', 'lint,unit'], NAMES), { only: ['lint', 'unit'], patterns: [] });
  assert.deepEqual(parseOptions(['--only', 'unit', 'timelines'], NAMES), { only: ['unit'], patterns: ['timelines'] });
  assert.throws(() => parseOptions(['--only', 'all'], NAMES), /There is no step "all"/);
  assert.throws(() => parseOptions(['timelines'], NAMES), /Say which step/);
});

test('settings of somebody’s own Fanfare do not reach the tests', () => {
  const env = {
    PATH: '/bin',
    FANFARE_REDIS_URL: 'redis://db',
    API_PORT: '1',
    FANFARE_E2E_DEPLOYMENT: 'small',
    LOG_LEVEL: 'x',
  };
  dropSettings(env);
  assert.deepEqual(env, { PATH: '/bin', FANFARE_E2E_DEPLOYMENT: 'small' });
});
