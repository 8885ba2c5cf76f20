import type { Pem, TlsIdentity, TlsVersion } from '@rmq/transport/adapter';

/** Bun reads these two as `node:tls` does, though its types do not list them; as numbers, straight from the protocol. */
interface Versions {
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** TLS options as Bun reads them. */
export type BunTls = Bun.TLSOptions & Versions;

/** RFC 8446, 4.2.1: what a version is called in the handshake. */
const versions: Readonly<Record<TlsVersion, number>> = {
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
};

/**
 * Certificates and keys as Bun wants them.
 * @throws RangeError for what Bun would take for "the default": an empty list of authorities, an unknown version.
 */
export function identityOptions(identity: TlsIdentity): BunTls {
  const { ca, cert, key, passphrase, minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3' } = identity;
  if (Array.isArray(ca) && ca.length === 0) {
    throw new RangeError('tls.ca is an empty list, which trusts nobody: leave it out for the authorities Bun ships');
  }
  return {
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: pem(key) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    minVersion: version('minVersion', minVersion),
    maxVersion: version('maxVersion', maxVersion),
  };
}

function version(name: string, given: TlsVersion): number {
  // Own keys only, and of what plain JavaScript passes too: a misspelt limit must not mean none.
  if (Object.hasOwn(versions, given)) return versions[given];
  throw new RangeError(`tls.${name} is ${given}: use ${Object.keys(versions).join(', ')}`);
}

/** Bun wants bytes that nobody shares between threads, so they are copied; it is done once per dialer or listener. */
function pem(given: Pem): (string | Uint8Array<ArrayBuffer>)[] {
  const list: readonly (string | Uint8Array)[] =
    typeof given === 'string' || given instanceof Uint8Array ? [given] : given;
  return list.map((one) => (typeof one === 'string' ? one : new Uint8Array(one)));
}
