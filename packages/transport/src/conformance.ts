import type { Case } from './conformance/case.ts';
import { faultCases } from './conformance/fault-cases.ts';
import { loadCases } from './conformance/load-cases.ts';
import { networkCases } from './conformance/network-cases.ts';
import { peerCases } from './conformance/peer-cases.ts';
import { streamCases } from './conformance/stream-cases.ts';
import { tlsCases } from './conformance/tls-cases.ts';

export { skipped } from './conformance/case.ts';
export type { Case, Need } from './conformance/case.ts';
export { ConformanceError } from './conformance/check.ts';
export { loopback } from './conformance/harness.ts';
export type {
  Certificates,
  Harness,
  Held,
  Identity,
  Impatient,
  Network,
  Pair,
  TlsDemand,
  TlsNetwork,
  TlsOffer,
} from './conformance/harness.ts';

/**
 * Every promise of the transport contract, as data: any test runner, or none, can run them. An adapter is done when it
 * passes those that {@link skipped} does not excuse; a bug found in one adapter becomes a case for all.
 */
export const cases: readonly Case[] = [
  ...streamCases,
  ...faultCases,
  ...peerCases,
  ...loadCases,
  ...networkCases,
  ...tlsCases,
];
