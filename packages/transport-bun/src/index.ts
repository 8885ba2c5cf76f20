export { bunDialer, dial } from './dial.ts';
export { bunListener, listen } from './listen.ts';
export type {
  Pem,
  TcpDialOptions,
  TcpListenOptions,
  TlsDialOptions,
  TlsIdentity,
  TlsListenOptions,
} from '@rmq/transport/adapter';
