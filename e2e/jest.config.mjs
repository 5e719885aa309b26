// The guarantees against running processes: one suite at a time, because two cores are busy with one Fanfare already.
import preset from '../jest.preset.mjs';

/** Suites that are about one process, what it refuses included, and so run with one of each service. */
const aboutOneProcess = [
  ...['bad-connects', 'bad-frames', 'bad-http', 'busy', 'client', 'client-browser'],
  ...['connect-storm', 'console', 'demo', 'heartbeat', 'lanes', 'me'],
  ...['quickstart', 'readme', 'readme-packages', 'server-package', 'slow-reader', 'stopping'],
];
/** Suites that bring replicas of their own, or are about what replicas share, and so run with replicas. */
const aboutReplicas = [
  ...['deaths', 'durability', 'erase', 'events'],
  ...['filters', 'lists', 'model', 'operator', 'presence', 'retract', 'services'],
];
const deployment = process.env['FANFARE_E2E_DEPLOYMENT'] === 'replicated' ? 'replicated' : 'small';
const others = deployment === 'small' ? aboutReplicas : aboutOneProcess;

export default {
  ...preset,
  displayName: `e2e ${deployment}`,
  testMatch: ['**/*.e2e.ts'],
  testPathIgnorePatterns: ['/node_modules/', `/e2e/(${others.join('|')})\\.e2e\\.ts$`],
  testEnvironment: '<rootDir>/shared-fanfare.environment.mjs',
  globalTeardown: '<rootDir>/shared-fanfare.teardown.mjs',
  testTimeout: 60_000,
  maxWorkers: 1,
  reporters: ['default', '<rootDir>/service-logs.reporter.mjs'],
};
