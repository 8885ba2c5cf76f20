export type { Dial, DialOptions, Endpoint, Listen, Listener, Transport } from './transport.ts';
export { TransportError } from './errors.ts';
export type { TransportErrorCode } from './errors.ts';
export { memoryPair } from './memory.ts';
export type { MemoryOptions, MemoryPair } from './memory.ts';
export { memoryNetwork } from './memory-network.ts';
export type { MemoryNetwork } from './memory-network.ts';
