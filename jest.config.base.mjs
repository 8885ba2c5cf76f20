/** What every package's Jest runs on: TypeScript sources as ES modules, siblings by their sources. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // `isolatedModules` in tsconfig.base.json makes ts-jest transpile file by file; types are the check task's business.
  transform: { '\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.test.json' }] },
  // ts-jest rewrites relative imports from .ts to .js, as tsc does; here the .js does not exist.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  // Mutation runs keep copies of the package there.
  modulePathIgnorePatterns: ['<rootDir>/coverage/'],
  testEnvironmentOptions: { customExportConditions: ['@rmq/source', 'node', 'node-addons'] },
  // Not a measure of anything: a loaded machine runs checks and tests side by side.
  testTimeout: 20_000,
};
