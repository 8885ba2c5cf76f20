import type { SecureContextOptions, SecureVersion } from 'node:tls';

/** PEM text, or its bytes; a list where several may be given. */
export type Pem = string | Uint8Array | readonly (string | Uint8Array)[];

/** Certificates and keys, the same for both sides of a connection. What is left out is Node's own default. */
export interface TlsIdentity {
  /** The authorities trusted to sign the other side's certificate, *instead of* those Node ships. */
  readonly ca?: Pem | undefined;
  /** This side's certificate chain, its own first. */
  readonly cert?: Pem | undefined;
  /** The private key of `cert`. */
  readonly key?: Pem | undefined;
  /** Opens `key`, if it is encrypted. Never logged. */
  readonly passphrase?: string | undefined;
  /** @defaultValue TLSv1.2 */
  readonly minVersion?: SecureVersion | undefined;
  /** @defaultValue TLSv1.3 */
  readonly maxVersion?: SecureVersion | undefined;
}

/** The same as Node wants it. */
export function contextOptions(identity: TlsIdentity): SecureContextOptions {
  const { ca, cert, key, passphrase, minVersion, maxVersion } = identity;
  return {
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: pem(key) }),
    passphrase,
    minVersion,
    maxVersion,
  };
}

/** Node's types know `Buffer` only; an array is kept an array, since each element is a file of its own. */
function pem(given: Pem): (string | Buffer)[] {
  const list: readonly (string | Uint8Array)[] =
    typeof given === 'string' || given instanceof Uint8Array ? [given] : given;
  return list.map((one) => (typeof one === 'string' ? one : Buffer.from(one.buffer, one.byteOffset, one.byteLength)));
}
