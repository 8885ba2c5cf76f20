import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TransportError } from '@rmq/transport';
import { failedListen, printed, unusableKeys } from '@rmq/transport/adapter';
import type { Pem, TlsListenOptions } from '@rmq/transport/adapter';
import { answer, refusal } from './answer.ts';
import { peerOf } from './client-address.ts';
import type { RefusalReason } from './events.ts';
import type { Settings } from './options.ts';
import type { RefusalName } from './refusals.ts';

/** Makes a server with limits on how long anything may take. @throws TransportError `tls-failed` for unusable keys */
export function createServer(settings: Settings, onRequest: RequestListener): Server {
  const { handshakeTimeoutMs, tls } = settings;
  const options = {
    headersTimeout: handshakeTimeoutMs,
    requestTimeout: handshakeTimeoutMs,
    // Node looks for late clients this often; its default is half a minute.
    connectionsCheckingInterval: Math.min(1_000, Math.max(10, Math.floor(handshakeTimeoutMs / 4))),
  };
  const server =
    tls === undefined
      ? createHttpServer(options, onRequest)
      : createHttps(tls, { ...options, handshakeTimeout: handshakeTimeoutMs }, onRequest);
  // A client that does not read our answer.
  server.timeout = handshakeTimeoutMs;
  return server;
}

function createHttps(tls: TlsListenOptions, options: object, onRequest: RequestListener): Server {
  const { ca, cert, key, passphrase, minVersion, maxVersion, requireClientCertificate: requestCert = false } = tls;
  if (cert === undefined || key === undefined) {
    throw new TransportError('tls-failed', 'serving wss: needs a certificate: startProxy({ tls: { cert, key } })');
  }
  const identity = { ...(ca !== undefined && { ca: pem(ca) }), cert: pem(cert), key: pem(key) };
  const versions = { ...(minVersion && { minVersion }), ...(maxVersion && { maxVersion }) };
  const client = { requestCert, rejectUnauthorized: requestCert };
  try {
    return createHttpsServer({ ...options, ...identity, ...versions, ...client, passphrase }, onRequest);
  } catch (cause) {
    throw unusableKeys(cause);
  }
}

/** Node's types know `Buffer` only. */
function pem(given: Pem): (string | Buffer)[] {
  const list: readonly (string | Uint8Array)[] =
    typeof given === 'string' || given instanceof Uint8Array ? [given] : given;
  return list.map((one) => (typeof one === 'string' ? one : Buffer.from(one.buffer, one.byteOffset, one.byteLength)));
}

/** Starts to listen. @returns the address and port really bound @throws TransportError `address-in-use`, `listen-failed` */
export function listenAt(server: Server, at: { readonly host: string; readonly port: number }): Promise<Bound> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(failedListen(cause, at)));
    server.listen(at, () => {
      server.removeAllListeners('error');
      const bound = server.address();
      if (typeof bound === 'object' && bound !== null) resolve({ address: bound.address, port: bound.port });
      else reject(failedListen(undefined, at));
    });
  });
}

/** Where a server listens. */
export interface Bound {
  readonly address: string;
  readonly port: number;
}

/** The URL a server bound like this is reached at from the same machine. */
export function urlOf({ tls, path }: Settings, { address, port }: Bound): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
  return `${tls === undefined ? 'ws' : 'wss'}://${printed({ host, port })}${path}`;
}

/** Calls back when a connection breaks, or takes too long, before there is a request; answers it where one can. */
export function onBroken(server: Server, tell: (peer: string, reason: RefusalReason, message: string) => void): void {
  const secured = new WeakSet<Duplex>();
  server.on('secureConnection', (socket: Duplex) => {
    secured.add(socket);
  });
  const isHttps = server.listenerCount('tlsClientError') > 0;
  server.on('clientError', (cause: Error & { readonly code?: string }, socket: Socket) => {
    const peer = peerOf(socket);
    if (isHttps && !secured.has(socket)) {
      socket.on('error', () => undefined);
      socket.destroy();
      tell(peer, 'tls-handshake-failed', cause.message);
      return;
    }
    const name = refusalOf(cause.code);
    if (name === undefined) {
      socket.destroy();
      return;
    }
    answer(socket, refusal({ refused: name }));
    tell(peer, name, cause.message);
  });
}

function refusalOf(code: string | undefined): RefusalName | undefined {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'handshake-timeout';
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code?.startsWith('HPE_') ? 'request-malformed' : undefined;
}
