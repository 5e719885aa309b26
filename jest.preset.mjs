// Jest for every project: TypeScript and ESM-only dependencies are transformed to CommonJS by SWC, because Jest's own
// ESM mode fails on Node 20 and 22.
const swc = (parser) => [
  '@swc/jest',
  {
    swcrc: false,
    isModule: 'unknown',
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2023',
      parser,
      keepClassNames: true,
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  },
];

export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@fanfare/source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript', decorators: true }),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [],
  testMatch: ['**/src/**/*.spec.ts'],
  // Generous: a busy machine makes nothing wrong. What must be quick is measured in bench/.
  testTimeout: 60_000,
};
