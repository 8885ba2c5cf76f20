import { faultCases } from './conformance/fault-cases.ts';
import type { Case } from './conformance/harness.ts';
import { networkCases } from './conformance/network-cases.ts';
import { streamCases } from './conformance/stream-cases.ts';

export { ConformanceError } from './conformance/check.ts';
export { loopback } from './conformance/harness.ts';
export type { Case, Harness, Network, Pair } from './conformance/harness.ts';

/**
 * Every promise of the transport contract, as data: any test runner, or none, can run them. An adapter is done when it
 * passes; a bug found in one adapter becomes a case for all.
 */
export const cases: readonly Case[] = [...streamCases, ...faultCases, ...networkCases];
