import type { SecureContextOptions } from 'node:tls';
import type { Pem, TlsIdentity } from '@rmq/transport/adapter';

/** Certificates and keys as `node:tls` wants them; each authority a text of its own. */
export interface KeyMaterial extends SecureContextOptions {
  readonly ca: string[] | undefined;
}

/**
 * Reads certificates and keys. `node:tls` would pass over what it cannot read, to fail later or to trust less than was
 * meant; so each is parsed here first.
 * @throws Error when one cannot be read, or the key does not belong to the certificate.
 */
export async function readKeys(identity: TlsIdentity): Promise<KeyMaterial> {
  const { createPrivateKey, X509Certificate } = await import('node:crypto');
  const { minVersion, maxVersion, passphrase } = identity;
  const ca = identity.ca === undefined ? undefined : texts(identity.ca).flatMap(certificates);
  for (const one of ca ?? []) new X509Certificate(one);
  if (identity.cert === undefined && identity.key === undefined) return { ca, minVersion, maxVersion };
  if (identity.cert === undefined || identity.key === undefined) throw new TypeError('cert and key belong together');
  const chain = texts(identity.cert).flatMap(certificates);
  const [leaf] = chain.map((one) => new X509Certificate(one));
  const [text = '', ...others] = texts(identity.key);
  if (others.length > 0) throw new TypeError('Deno takes one key');
  const key = createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
  if (leaf?.checkPrivateKey(key) !== true) throw new TypeError('the key is not that of the certificate');
  const keyText = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ca, minVersion, maxVersion, cert: chain.join('\n'), key: keyText };
}

function texts(given: Pem): string[] {
  const list: readonly (string | Uint8Array)[] =
    typeof given === 'string' || given instanceof Uint8Array ? [given] : given;
  return list.map((one) => (typeof one === 'string' ? one : new TextDecoder().decode(one)));
}

/** A PEM text may hold many. */
function certificates(pem: string): string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (found === null) throw new TypeError('no certificate in a text that should hold one, as PEM');
  return found;
}
