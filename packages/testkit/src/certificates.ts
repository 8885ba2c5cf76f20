import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A certificate and its key, both PEM, and what is needed to sign others with it. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

interface Wish {
  readonly name: string;
  /** Who signs; itself if left out. An authority may sign others. */
  readonly issuer?: Certificate;
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
  /** Not valid any more. */
  readonly expired?: boolean;
}

/**
 * Makes an X.509 v3 certificate (RFC 5280) with an ECDSA P-256 key: written out here, since Node can read but not make
 * them, and keys in a repository are found by scanners. For tests only.
 */
export function certificate({ name, issuer, hosts = [], addresses = [], expired = false }: Wish): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = issuer?.privateKey ?? privateKey;
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const now = Date.now();
  const day = 86_400_000;
  const until = expired ? now - day : now + 3_650 * day;
  const signed = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))), // version 3
    der(0x02, Uint8Array.of(1, ...randomBytes(8))), // serial
    algorithm,
    commonName(issuer?.name ?? name),
    sequence(time(now - 30 * day), time(until)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(issuer === undefined, hosts, addresses))),
  );
  const signature = der(0x03, Uint8Array.of(0), sign('sha256', signed, signer));
  const body = Buffer.from(sequence(signed, algorithm, signature)).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${(body.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), name, privateKey };
}

function extensions(authority: boolean, hosts: readonly string[], addresses: readonly string[]): Uint8Array[] {
  const basic = authority ? sequence(der(0x01, Uint8Array.of(0xff))) : sequence();
  const names = [
    ...hosts.map((host) => der(0x82, new TextEncoder().encode(host))),
    ...addresses.map((address) => der(0x87, Uint8Array.from(address.split('.').map(Number)))),
  ];
  return [
    sequence(oid('551d13'), der(0x01, Uint8Array.of(0xff)), der(0x04, basic)),
    ...(names.length === 0 ? [] : [sequence(oid('551d11'), der(0x04, sequence(...names)))]),
  ];
}

function commonName(name: string): Uint8Array {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, new TextEncoder().encode(name)))));
}

function time(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return der(0x18, new TextEncoder().encode(`${digits}Z`));
}

function oid(hex: string): Uint8Array {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(0x30, ...parts);
}

/** Tag, length, contents (X.690). */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...head, ...contents]);
}

/** A certificate and its key, both PEM: what is left of a {@link Certificate} in JSON. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/** One of each kind that a test of TLS shows; plain texts, to be handed as JSON to runtimes that cannot make them. */
export interface CertificateSet {
  /** The authority that signed all but `unknown`. */
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: PemPair;
  /** For {@link CertificateSet.name} only. */
  readonly otherName: PemPair;
  readonly name: string;
  /** For `localhost` and 127.0.0.1, until yesterday. */
  readonly expired: PemPair;
  /** For `localhost` and 127.0.0.1, signed by another authority. */
  readonly unknown: PemPair;
  readonly client: PemPair;
}

/** Makes what the conformance cases of `@rmq/transport` about TLS want: a new authority each time. */
export function certificateSet(): CertificateSet {
  const issuer = certificate({ name: 'authority' });
  const name = 'elsewhere.example';
  const here = { name: 'server', hosts: ['localhost'], addresses: ['127.0.0.1'] };
  const made = (wish: Wish): PemPair => {
    const { cert, key } = certificate(wish);
    return { cert, key };
  };
  return {
    ca: issuer.cert,
    server: made({ ...here, issuer }),
    otherName: made({ name: 'other', issuer, hosts: [name] }),
    name,
    expired: made({ ...here, issuer, expired: true }),
    unknown: made({ ...here, issuer: certificate({ name: 'stranger' }) }),
    client: made({ name: 'client', issuer }),
  };
}
