/** Files, exports and dependencies that nobody uses are errors; what `exports` offers is used by definition. */
export default {
  workspaces: {
    '.': { entry: ['tools/*.mjs', 'jest.config.base.mjs'], project: ['*.{js,mjs}', 'tools/**/*.mjs'] },
    'packages/cli': {
      entry: ['src/main.ts', 'src/mqmq/main.ts', 'src/demo/main.ts', 'test/**/*.test.ts'],
      project: ['{src,test}/**/*.ts'],
    },
    // Its fuzzer is of plain modules, some of them named by what is to be fuzzed.
    'packages/protocol': {
      entry: [
        'test/**/*.test.ts',
        'fuzz/*.mjs',
        'fuzz/targets/*.mjs',
        'test/fuzz/planted.mjs',
        '{mutate,mutation/*}.mjs',
      ],
      project: ['{src,test,fuzz,mutation}/**/*.{ts,mjs}'],
    },
    'packages/*': { entry: ['test/**/*.test.ts'], project: ['{src,test}/**/*.ts'] },
    // Examples of READMEs are compiled and run inside e2e: they may import what its own tests do not.
    e2e: {
      entry: [
        'test/**/*.test.ts',
        'src/codec/write-vectors.ts',
        'src/matrix/{main,run}.ts',
        'src/example-pages/screenshots.ts',
      ],
      project: ['{src,test}/**/*.ts'],
      // Adapters are loaded by the name of the runtime.
      ignoreDependencies: ['@rmq/transport-bun', '@rmq/transport-deno'],
    },
    'examples/*': { entry: ['src/*/main.ts'], project: ['src/**/*.ts'] },
    // Loaded by names put together at run time, or run as a program of their own.
    benchmarks: {
      entry: ['src/**/*.ts'],
      project: ['src/**/*.ts'],
      ignoreDependencies: ['@rmq/transport-bun', '@rmq/transport-deno', 'websockify', '@maximegris/node-websockify'],
    },
  },
  ignoreExportsUsedInFile: true,
};
