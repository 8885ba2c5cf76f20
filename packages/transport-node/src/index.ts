export { dial, nodeDialer } from './dial.ts';
export type { NodeDialOptions, TlsDialOptions } from './dial.ts';
export { listen, nodeListener } from './listen.ts';
export type { NodeListenOptions, TlsListenOptions } from './listen.ts';
export type { Pem, TlsIdentity } from './tls-options.ts';
