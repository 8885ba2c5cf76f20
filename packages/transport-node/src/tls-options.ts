import type { SecureContextOptions } from 'node:tls';
import type { Pem, TlsIdentity } from '@rmq/transport/adapter';

/** Certificates and keys as Node wants them. */
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
