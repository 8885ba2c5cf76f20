import type { SecureContextOptions } from 'node:tls';
import type { Pem, TlsIdentity } from '@rmq/transport/adapter';

/**
 * Reads certificates and keys, for `node:tls`. That would pass over what it cannot read, to fail later or to trust less
 * than was meant; so each is parsed here first.
 * @throws Error when one cannot be read, or the key does not belong to the certificate.
 */
export async function readKeys(identity: TlsIdentity): Promise<SecureContextOptions> {
  const { createPrivateKey, X509Certificate } = await import('node:crypto');
  const { minVersion, maxVersion, passphrase } = identity;
  const ca = identity.ca === undefined ? undefined : texts(identity.ca);
  for (const one of ca ?? []) new X509Certificate(one);
  if (identity.cert === undefined && identity.key === undefined) return { ca, minVersion, maxVersion };
  if (identity.cert === undefined || identity.key === undefined) throw new TypeError('cert and key belong together');
  const cert = texts(identity.cert).join('\n');
  const [text = '', ...others] = texts(identity.key);
  if (others.length > 0) throw new TypeError('Deno takes one key');
  const key = createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
  if (!new X509Certificate(cert).checkPrivateKey(key)) throw new TypeError('the key is not that of the certificate');
  return { ca, minVersion, maxVersion, cert, key: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function texts(given: Pem): string[] {
  const list: readonly (string | Uint8Array)[] =
    typeof given === 'string' || given instanceof Uint8Array ? [given] : given;
  return list.map((one) => (typeof one === 'string' ? one : new TextDecoder().decode(one)));
}
