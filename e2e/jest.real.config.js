import base from './jest.config.js';

/**
 * Suites that start real servers and foreign clients. One after the other: each cluster takes two processor cores and half
 * a gigabyte. Time-outs are for a busy machine, where a JVM needs eleven seconds to start.
 */
export default {
  ...base,
  testMatch: ['<rootDir>/test/real/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  // A suite that failed half-way may have left a server behind, and its pipes would keep Jest waiting for ever.
  forceExit: true,
  testTimeout: 180_000,
};
