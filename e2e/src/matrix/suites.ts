import type { Suite } from './suite.ts';
import { amqpSuites } from './suites/amqp.ts';
import { conformanceSuites } from './suites/conformance.ts';
import { crossSuite } from './suites/cross.ts';
import { lawSuites } from './suites/laws.ts';
import { mqmqSuites } from './suites/mqmq.ts';
import { rocketmqSuites } from './suites/rocketmq.ts';

/** The rows of the table, in the order they are run and printed. */
export const suites: readonly Suite[] = [
  ...lawSuites,
  ...conformanceSuites,
  crossSuite,
  ...rocketmqSuites,
  ...amqpSuites,
  ...mqmqSuites,
];
