// The guarantees against running processes: one suite at a time, because two cores are busy with one Fanfare already.
import preset from '../jest.preset.mjs';

/** Suites for which the deployment does not matter, or that have one of their own, run with one of them only. */
const only = {
  small: ['heartbeat', 'lanes', 'slow-reader', 'stopping'],
  replicated: ['bad-connects', 'bad-frames', 'bad-http', 'deaths', 'events', 'model', 'presence', 'services'],
};
const deployment = process.env['FANFARE_E2E_DEPLOYMENT'] === 'replicated' ? 'replicated' : 'small';
const others = deployment === 'small' ? only.replicated : only.small;

export default {
  ...preset,
  testMatch: ['**/*.e2e.ts'],
  testPathIgnorePatterns: ['/node_modules/', `/e2e/(${others.join('|')})\\.e2e\\.ts$`],
  testEnvironment: '<rootDir>/shared-fanfare.environment.mjs',
  globalTeardown: '<rootDir>/shared-fanfare.teardown.mjs',
  testTimeout: 60_000,
  maxWorkers: 1,
  reporters: ['default', '<rootDir>/service-logs.reporter.mjs'],
};
