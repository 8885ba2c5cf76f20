import { InvalidArgumentError } from 'commander';

/** Where to listen. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** What `rmq proxy` understands; numbers are checked already. */
export interface ProxyFlags {
  readonly listen: Place;
  readonly path: string;
  readonly allow: readonly string[];
  readonly origin?: readonly string[];
  readonly tokenFile?: string;
  readonly basicFile?: string;
  readonly trustedProxy?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly targetCa?: string;
  readonly targetCert?: string;
  readonly targetKey?: string;
  readonly metrics: 'open' | 'authenticated' | 'off';
  readonly connectTimeout: number;
  readonly handshakeTimeout: number;
  readonly idleTimeout: number;
  readonly pingInterval: number;
  readonly closeTimeout: number;
  readonly drainTimeout: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerClient: number;
  readonly maxConnectionsPerMinute: number;
  readonly maxHandshakes: number;
  readonly maxMessageBytes: number;
  readonly maxBytesPerSecond: number;
  readonly json?: true;
}

/** Variables that secrets may be in instead of files. On the command line they would be in the list of processes. */
export const secretVariables = { token: 'RMQ_PROXY_TOKEN', basic: 'RMQ_PROXY_BASIC' } as const;

/** Reads `HOST:PORT`, IPv6 in brackets; a port alone is one of this machine only. */
export function place(text: string): Place {
  const [, bracketed, plain = '127.0.0.1', digits] = /^(?:(?:\[([^[\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) throw new InvalidArgumentError('expected HOST:PORT, e.g. 0.0.0.0:8080.');
  return { host: bracketed ?? plain, port };
}
