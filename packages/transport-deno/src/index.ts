export { denoDialer, dial } from './dial.ts';
export { denoListener, listen } from './listen.ts';
export type {
  DenoDialOptions,
  DenoListenOptions,
  DenoTlsDialOptions,
  DenoTlsListenOptions,
  DenoTlsVersion,
} from './options.ts';
export type { Pem, TlsIdentity } from '@rmq/transport/adapter';
