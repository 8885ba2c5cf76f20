import base from '../jest.config.base.mjs';

/** The embedded scenarios: everything that needs no foreign server. `jest.real.config.js` has the rest. */
export default {
  ...base,
  transform: { '\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.json' }] },
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/real/'],
};
