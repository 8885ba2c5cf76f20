export { Inlet } from './adapter/inlet.ts';
export type { InletOptions } from './adapter/inlet.ts';
export { joined } from './adapter/joined.ts';
export { deferred } from './adapter/deferred.ts';
export type { Deferred } from './adapter/deferred.ts';
export {
  brokenConnection,
  checkEndpoint,
  failedDial,
  failedHandshake,
  failedListen,
  lateDial,
  printed,
  unusableKeys,
} from './adapter/faults.ts';
export { disposed, neverTaken, refused, tooManyPending, writeAfterEnd } from './adapter/refusals.ts';
export { tcpDialSettings, tcpListenSettings, within } from './adapter/tcp-options.ts';
export type {
  Pem,
  TcpDialOptions,
  TcpDialSettings,
  TcpListenOptions,
  TcpListenSettings,
  TlsDialOptions,
  TlsIdentity,
  TlsListenOptions,
  TlsVersion,
} from './adapter/tcp-options.ts';
