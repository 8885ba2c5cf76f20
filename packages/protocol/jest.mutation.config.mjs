import base from '../../jest.config.base.mjs';

/** Jest for mutation testing: an environment that reports which test runs which mutant; only the codec's tests. */
export default {
  ...base,
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/test/{bytes,rocketmq}/**/*.test.ts'],
  testEnvironment: '@stryker-mutator/jest-runner/jest-env/node',
};
