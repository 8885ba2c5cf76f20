/**
 * Mutation testing of the codec; `npm run mutate -- --mutate 'packages/protocol/src/bytes/reader.ts'` for one file.
 * Runs from the root of the repository: copies of the package need its base configuration beside them.
 */
export default {
  mutate: ['packages/protocol/src/{bytes,rocketmq}/**/*.ts', '!packages/protocol/src/**/index.ts'],
  // Whatever its tests do not read is not copied.
  ignorePatterns: [
    '/*',
    '!/packages',
    '/packages/*',
    '!/packages/protocol',
    '!/*.json',
    '!/jest.config.base.mjs',
    'dist',
  ],
  plugins: [import.meta.resolve('@stryker-mutator/jest-runner')],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    configFile: 'packages/protocol/jest.mutation.config.mjs',
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // Mutants of loops hang; their tests take well under a second.
  timeoutMS: 5_000,
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  htmlReporter: { fileName: 'packages/protocol/coverage/mutation.html' },
  jsonReporter: { fileName: 'packages/protocol/coverage/mutation.json' },
  tempDirName: 'coverage/stryker',
  allowEmpty: false,
  thresholds: { high: 95, low: 85, break: 85 },
};
