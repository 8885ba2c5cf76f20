export { dial, nodeDialer } from './dial.ts';
export { listen, nodeListener } from './listen.ts';
export type {
  Pem,
  TcpDialOptions,
  TcpListenOptions,
  TlsDialOptions,
  TlsIdentity,
  TlsListenOptions,
} from '@rmq/transport/adapter';
