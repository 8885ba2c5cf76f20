import base from '../jest.config.base.mjs';

export default {
  ...base,
  transform: { '\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.json' }] },
};
