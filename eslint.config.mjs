// Lint is architecture: the rules below hold the directions of docs/architecture.md. Style is Prettier's.
import { existsSync } from 'node:fs';
import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import importX, { createNodeResolver, flatConfigs } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const onlyTags = (sourceTag, ...tags) => ({ sourceTag, onlyDependOnLibsWithTags: tags });

const constraints = [
  onlyTags('type:contracts'),
  onlyTags('type:redis', 'type:contracts'),
  onlyTags('type:domain', 'type:domain', 'type:redis', 'type:contracts'),
  onlyTags('type:transport', 'type:redis', 'type:contracts'),
  onlyTags('type:kit', 'type:redis', 'type:contracts'),
  onlyTags('type:app', 'type:transport', 'type:domain', 'type:redis', 'type:kit', 'type:contracts'),
  onlyTags('type:extension', 'type:app', 'type:transport', 'type:domain', 'type:redis', 'type:kit', 'type:contracts'),
  onlyTags('type:testing', 'type:redis', 'type:contracts'),
  onlyTags(
    'type:e2e',
    'type:testing',
    'type:client',
    'type:server',
    'type:extension',
    'type:transport',
    'type:redis',
    'type:contracts',
  ),
  onlyTags('type:bench', 'type:testing', 'type:transport', 'type:domain', 'type:redis', 'type:contracts'),
  onlyTags('type:tools', 'type:server', 'type:redis', 'type:contracts'),
  // What others install: of the contracts only types, which leave nothing behind in the build.
  onlyTags('type:client', 'type:contracts'),
  onlyTags('type:react', 'type:client'),
  onlyTags('type:server', 'type:contracts'),
  onlyTags('type:web', 'type:client', 'type:react', 'type:contracts'),
];
const boundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, banTransitiveDependencies: true, depConstraints },
];
/** Specs, and what they stand on, may use libs/testing too. */
const specConstraints = constraints.map(({ sourceTag, onlyDependOnLibsWithTags }) =>
  onlyTags(sourceTag, ...onlyDependOnLibsWithTags, 'type:testing'),
);

const banned = (names, message) => [
  'error',
  {
    paths: names.map((name) => ({ name, message })),
    patterns: names.map((name) => ({ group: [`${name}/*`], message })),
  },
];
const ioredisOnly = 'Only redis-scripts, redis-transport and testing speak to Redis; call a script wrapper.';
const noNest = 'Domain libraries are plain TypeScript; Nest stands at the edge, in apps and service-kit.';
const nestPackages = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@nestjs/swagger',
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', '.fanfare/**', '.nx/**'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked, flatConfigs.typescript],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: {
      // From the root of the workspace one program holds everything; in a project only what is its own.
      parserOptions: {
        project: ['./tsconfig.workspace.json', './tsconfig.spec.json'].find(existsSync),
        tsconfigRootDir: process.cwd(),
      },
    },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({
          extensionAlias: { '.js': ['.ts', '.js'] },
          conditionNames: ['@fanfare/source', 'types', 'import', 'node', 'default'],
        }),
      ],
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(constraints),
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-useless-assignment': 'off', // misfires on decorators in ESLint 10
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-imports': banned(['ioredis'], ioredisOnly),
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are parsed in service-kit/src/settings/environment.ts.',
        },
      ],
    },
  },
  {
    files: [`{libs/{client,react},apps/{console,demo}}/**/*.{ts,tsx}`],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.browser.json', './tsconfig.spec.json'].find(existsSync) },
    },
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: '@fanfare/contracts', allowTypeImports: true, message: 'Only its types: it brings zod.' }] },
      ],
    },
  },
  {
    files: ['libs/server/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: '@fanfare/contracts', allowTypeImports: true, message: 'Only its types: it brings zod.' }] },
      ],
    },
  },
  {
    files: ['libs/{contracts,timelines,jobs,roster,groups,node-link}/**/*.ts'],
    rules: { 'no-restricted-imports': banned(['ioredis', ...nestPackages], noNest) },
  },
  {
    files: ['libs/{redis-scripts,testing}/**/*.ts', '{bench,chaos}/**/*.ts'],
    rules: { 'no-restricted-imports': banned(nestPackages, noNest) },
  },
  {
    files: ['libs/redis-transport/**/*.ts', 'bench/src/rpc/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['libs/service-kit/src/settings/environment.ts', '{e2e,bench,chaos}/**/*.ts', 'libs/testing/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.spec.{ts,tsx}', '**/*.fixture.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries(specConstraints) },
  },
  {
    files: ['**/*.spec.{ts,tsx}', '**/*.e2e.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        setImmediate: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
        TextDecoder: 'readonly',
        structuredClone: 'readonly',
      },
    },
  },
);
