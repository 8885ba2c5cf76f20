/** Mutation testing of the codec: `npm run mutate`, with files below src for a part of it. */
export default {
  mutate: ['src/{bytes,rocketmq}/**/*.ts', '!src/**/index.ts'],
  // Whatever its tests do not read is not copied.
  ignorePatterns: ['/*', '!/src', '!/test', '!/package.json'],
  plugins: [import.meta.resolve('./runner.mjs')],
  testRunner: 'in-process',
  testRunnerNodeArgs: ['--conditions=@rmq/source', '--disable-warning=ExperimentalWarning'],
  // The fuzzer's inputs are left out: they know crashes only.
  inProcess: { folders: ['test/bytes', 'test/rocketmq'], except: ['corpus.test.ts'] },
  // Tables, lists and patterns: they are worked out while loading, which each of their mutants would have to do again.
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // Modules once loaded stay in memory.
  maxTestRunnerReuse: 400,
  // Endless loops are counted out; this is for what waits for ever, also where others have the processor.
  timeoutMS: 120_000,
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  htmlReporter: { fileName: 'coverage/mutation.html' },
  jsonReporter: { fileName: 'coverage/mutation.json' },
  tempDirName: 'coverage/stryker',
  allowEmpty: false,
  thresholds: { high: 95, low: 85, break: 85 },
};
