import type { Duplex } from 'node:stream';
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

/**
 * The server's side. A server for each connection, that never listens: `node:tls` checks clients' certificates nowhere
 * else.
 */
export async function serverHandshake(
  tls: TlsListenOptions,
  keys: SecureContextOptions,
  handshakeTimeoutMs: number,
): Promise<Handshake> {
  const { createServer } = await import('node:tls');
  const requestCert = tls.requireClientCertificate ?? false;
  const options = { ...keys, requestCert, rejectUnauthorized: requestCert, handshakeTimeout: handshakeTimeoutMs };
  return (stream, { done, failed }) => {
    const server = createServer(options, (socket) => {
      if (!requestCert || socket.authorized) done(socket);
      else refuse(stream, () => failed(coded(String(socket.authorizationError), 'not signed by an authority in tls.ca')));
    });
    // Told to refuse certificates, Deno demands one, in TLS, but cuts the connection of whoever has a wrong one, and the
    // client could not tell that from a bad network. With null it demands one and leaves the verdict to the lines above.
    if (requestCert) Object.assign(server, { rejectUnauthorized: null });
    server.on('tlsClientError', failed);
    // A failure destroys the stream before it has sent the alert that says why; who called this closes what is below it.
    stream.destroy = () => stream;
    server.emit('connection', stream);
  };
}

/** Makes TLS send a fatal alert, in the one way there is: by letting it read what cannot be TLS. Longer than two records. */
function refuse(stream: Duplex, then: () => void): void {
  stream.push(new Uint8Array(2 * 17 * 1_024));
  then();
}
