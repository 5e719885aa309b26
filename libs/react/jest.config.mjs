// Components in a document of jsdom; what they see of a client is a stand-in that the specs hold.
import preset from '../../jest.preset.mjs';

const [transformer, options] = preset.transform['^.+\\.ts$'];
const { jsc } = options;
const tsx = {
  ...options,
  jsc: {
    ...jsc,
    parser: { ...jsc.parser, tsx: true },
    transform: { ...jsc.transform, react: { runtime: 'automatic' } },
  },
};

export default {
  ...preset,
  testEnvironment: 'jsdom',
  testEnvironmentOptions: { customExportConditions: ['@fanfare/source', 'browser', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.tsx', '$1.js'] },
  transform: { ...preset.transform, '^.+\\.tsx$': [transformer, tsx] },
  testMatch: ['**/src/**/*.spec.ts', '**/src/**/*.spec.tsx'],
};
