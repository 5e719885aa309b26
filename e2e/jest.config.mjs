// The guarantees against running processes: one suite at a time, because two cores are busy with one Fanfare already.
import preset from '../jest.preset.mjs';

export default {
  ...preset,
  testMatch: ['**/*.e2e.ts'],
  testTimeout: 60_000,
  maxWorkers: 1,
  reporters: ['default', '<rootDir>/service-logs.reporter.mjs'],
};
