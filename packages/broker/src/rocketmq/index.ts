export { startBroker } from './start-broker.ts';
export type { BrokerStats, EmbeddedBroker } from './start-broker.ts';
export type { BrokerOptions } from './options.ts';
export type { BrokerEvent, ServerName } from './events.ts';
export type { Fault, FaultEffect } from './faults.ts';
export { ConnectionEnd } from '../core/connection-end.ts';
export type { ConnectionEndCode } from '../core/connection-end.ts';
