import type { TransportError } from '../errors.ts';

/** PEM text, or its bytes; a list where several may be given. */
export type Pem = string | Uint8Array | readonly (string | Uint8Array)[];

/** A version of TLS. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Certificates and keys, the same for both sides of a connection. What is left out is the runtime's own default. */
export interface TlsIdentity {
  /** The authorities trusted to sign the other side's certificate, *instead of* those the runtime ships. */
  readonly ca?: Pem | undefined;
  /** This side's certificate chain, its own first. */
  readonly cert?: Pem | undefined;
  /** The private key of `cert`. */
  readonly key?: Pem | undefined;
  /** Opens `key`, if it is encrypted. Never logged. */
  readonly passphrase?: string | undefined;
  /** @defaultValue TLSv1.2 */
  readonly minVersion?: TlsVersion | undefined;
  /** @defaultValue TLSv1.3 */
  readonly maxVersion?: TlsVersion | undefined;
}

/** How to dial with TLS. The server's certificate is verified unless `rejectUnauthorized` is false. */
export interface TlsDialOptions extends TlsIdentity {
  /** The name to ask for (SNI) and to find in the certificate. @defaultValue the endpoint's host */
  readonly servername?: string | undefined;
  /** False accepts any certificate: anyone in between can read and write. For experiments. @defaultValue true */
  readonly rejectUnauthorized?: boolean | undefined;
}

/** How to dial over TCP. */
export interface TcpDialOptions {
  /** Dials with TLS wherever the endpoint does not say `tls: false`. `{}` trusts the authorities the runtime ships. */
  readonly tls?: TlsDialOptions | undefined;
  /** Gives up when name resolution, TCP and TLS together take longer. Milliseconds, 1 to 2^31-1. @defaultValue 5000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Asks a silent peer whether it is still there after this long. Milliseconds; 0: never. @defaultValue 60000 */
  readonly keepAliveMs?: number | undefined;
  /** Sends small writes at once instead of waiting for more (TCP_NODELAY). @defaultValue true */
  readonly noDelay?: boolean | undefined;
}

/** How to accept TLS. `cert` and `key` are needed. */
export interface TlsListenOptions extends TlsIdentity {
  /** Accepts only clients with a certificate that `ca` signed (mutual TLS). @defaultValue false */
  readonly requireClientCertificate?: boolean | undefined;
}

/** How to listen on TCP. */
export interface TcpListenOptions {
  /** Accepts TLS wherever the endpoint does not say `tls: false`. */
  readonly tls?: TlsListenOptions | undefined;
  /** Drops a client that takes longer for the TLS handshake. Milliseconds, 1 to 2^31-1. @defaultValue 10000 */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Asks a silent client whether it is still there after this long. Milliseconds; 0: never. @defaultValue 60000 */
  readonly keepAliveMs?: number | undefined;
  /** Sends small writes at once instead of waiting for more (TCP_NODELAY). @defaultValue true */
  readonly noDelay?: boolean | undefined;
  /** Resets further connections while this many have not been taken from `incoming`. @defaultValue 1024 */
  readonly maxPending?: number | undefined;
  /** Told of each connection that never came to be, e.g. a failed handshake (`tls-failed`). What it throws is ignored. */
  readonly onRefused?: ((error: TransportError) => void) | undefined;
}

/** Options with the defaults in the place of what was left out. */
type Settled<Options> = {
  readonly [Name in keyof Options]-?: Name extends 'tls' ? Options[Name] : Exclude<Options[Name], undefined>;
};
export type TcpDialSettings = Settled<TcpDialOptions>;
export type TcpListenSettings = Settled<TcpListenOptions>;

/** The defaults of dialing, alike for every adapter. @throws RangeError for a number out of range */
export function tcpDialSettings(options: TcpDialOptions): TcpDialSettings {
  return {
    tls: options.tls,
    connectTimeoutMs: within('connectTimeoutMs', options.connectTimeoutMs ?? 5_000, 1),
    keepAliveMs: within('keepAliveMs', options.keepAliveMs ?? 60_000, 0),
    noDelay: options.noDelay ?? true,
  };
}

/** The defaults of listening, alike for every adapter. @throws RangeError for a number out of range */
export function tcpListenSettings(options: TcpListenOptions): TcpListenSettings {
  return {
    tls: options.tls,
    handshakeTimeoutMs: within('handshakeTimeoutMs', options.handshakeTimeoutMs ?? 10_000, 1),
    keepAliveMs: within('keepAliveMs', options.keepAliveMs ?? 60_000, 0),
    noDelay: options.noDelay ?? true,
    maxPending: within('maxPending', options.maxPending ?? 1_024, 1),
    onRefused: (error) => {
      try {
        options.onRefused?.(error);
      } catch {
        // Whoever watches a listener must not be able to end it, nor the program.
      }
    },
  };
}

/** The largest delay that timers and sockets take. Milliseconds. */
const max = 2 ** 31 - 1;

/** Checks one number option: an integer from `min` to 2^31-1. @throws RangeError that names it */
export function within(name: string, value: number, min: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} is ${value.toString()}: give an integer from ${min.toString()} to ${max.toString()}`);
}
