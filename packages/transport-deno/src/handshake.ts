import type { SecureContextOptions } from 'node:tls';
import type { TlsDialOptions, TlsListenOptions } from '@rmq/transport/adapter';
import type { Handshake } from './tls-carrier.ts';
import { coded } from './words.ts';

/** The client's side. */
export async function clientHandshake(host: string, tls: TlsDialOptions, keys: SecureContextOptions): Promise<Handshake> {
  const { connect } = await import('node:tls');
  const { isIP } = await import('node:net');
  const { servername = isIP(host) === 0 ? host : undefined, rejectUnauthorized = true } = tls;
  const name = servername === undefined ? {} : { servername }; // an address may not go into SNI
  return (stream, { done, failed }) => {
    const socket = connect({ ...keys, socket: stream, host, rejectUnauthorized, ...name });
    socket.once('secureConnect', () => done(socket));
    socket.on('error', failed);
    socket.on('close', () => failed(coded('ECONNRESET', 'the connection was closed')));
  };
}

/** The server's side. A server for each connection, that never listens: `node:tls` checks clients nowhere else. */
export async function serverHandshake(
  tls: TlsListenOptions,
  keys: SecureContextOptions,
  handshakeTimeoutMs: number,
): Promise<Handshake> {
  const { createServer } = await import('node:tls');
  const requestCert = tls.requireClientCertificate ?? false;
  const options = { ...keys, requestCert, rejectUnauthorized: requestCert, handshakeTimeout: handshakeTimeoutMs };
  return (stream, { done, failed }) => {
    const server = createServer(options, done);
    server.on('tlsClientError', (cause, socket) => {
      // Why a certificate was refused is no error of `node:tls`, but a word left on the socket.
      const why: unknown = socket.authorizationError;
      failed(typeof why === 'string' ? coded(why, 'the client’s certificate was refused', cause) : cause);
    });
    server.emit('connection', stream);
  };
}
