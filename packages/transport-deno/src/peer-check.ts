import type { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** OpenSSL’s word for what is wrong with the other side’s certificate; undefined if it is as it should be. */
export type PeerCheck = (socket: TLSSocket) => string | undefined;

/** A longer chain is no chain, but work. */
const longestChain = 10;

/**
 * Judges certificates a second time. What rustls cannot read, `node:tls` of Deno (2.9) compares by names only: X.509
 * version 1, and what is wrongly encoded. Anyone could write one that bears an authority’s name. So here rustls must be
 * able to read the certificate, since it then also checks that the other side has its key; and one of the authorities,
 * where some were given, must really have signed it, step by step. It also tells an expired one, which Deno does not.
 */
export async function peerCheck(authorities: readonly string[] | undefined): Promise<PeerCheck> {
  const { generateKeyPairSync, X509Certificate } = await import('node:crypto');
  const roots = authorities?.map((text) => new X509Certificate(text));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const anyKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return (socket) => {
    const shown = chainOf(socket).map((der) => new X509Certificate(der));
    const [leaf] = shown;
    if (leaf === undefined) return 'UNABLE_TO_GET_ISSUER_CERT';
    if (!readable(leaf, anyKey)) return 'CERT_REJECTED';
    const path = roots === undefined ? [leaf] : pathTo(roots, leaf, new Set(shown.slice(1)));
    if (path === undefined) return refusal(socket) ?? 'CERT_SIGNATURE_FAILURE';
    return path.map(outdated).find((word) => word !== undefined) ?? refusal(socket);
  };
}

/** What `node:tls` says. Its types tell of an error; it is the error’s code. */
function refusal({ authorized, authorizationError }: TLSSocket): string | undefined {
  return authorized ? undefined : String(authorizationError);
}

/** The certificates the other side has sent, its own first, encoded. */
function chainOf(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let at: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && chain.length < longestChain) {
    chain.push(at.raw);
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate;
  }
  return chain;
}

/** Whether rustls can read it. Asked by a key that is not its own: to say so, it has to read it first. */
function readable(certificate: X509Certificate, key: string): boolean {
  try {
    Deno.createHttpClient({ cert: certificate.toString(), key }).close();
    return true;
  } catch (error) {
    return error instanceof Error && error.message.includes('KeyMismatch');
  }
}

/** From a certificate to one of the roots, each signed by the next. Every certificate is tried once. */
function pathTo(
  roots: readonly X509Certificate[],
  from: X509Certificate,
  others: Set<X509Certificate>,
): X509Certificate[] | undefined {
  if (roots.some(({ fingerprint256 }) => fingerprint256 === from.fingerprint256)) return [from];
  const root = roots.find((one) => signs(one, from));
  if (root !== undefined) return [from, root];
  for (const other of others) {
    if (!other.ca || !signs(other, from)) continue;
    others.delete(other);
    const rest = pathTo(roots, other, others);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

function signs(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // a kind of key or signature that node:crypto does not know
  }
}

function outdated({ validFrom, validTo }: X509Certificate): string | undefined {
  const now = Date.now();
  if (now > Date.parse(validTo)) return 'CERT_HAS_EXPIRED';
  return now < Date.parse(validFrom) ? 'CERT_NOT_YET_VALID' : undefined;
}
