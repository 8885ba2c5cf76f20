import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { TlsDialOptions, TlsListenOptions } from '@rmq/transport/adapter';
import { readKeys } from './key-material.ts';
import { peerCheck } from './peer-check.ts';
import type { PeerCheck } from './peer-check.ts';
import type { Handshake, HandshakeResult } from './tls-carrier.ts';
import { coded } from './words.ts';

/** Makes the client's side of handshakes, each with a host of its own. */
export type ClientSide = (host: string) => Handshake;

const believe: PeerCheck = () => undefined;

/** What all connections of one dialer share. @throws Error when a certificate or key cannot be used */
export async function clientSide(tls: TlsDialOptions): Promise<ClientSide> {
  const [{ connect, createSecureContext }, { isIP }] = await Promise.all([import('node:tls'), import('node:net')]);
  const keys = await readKeys(tls);
  const secureContext = createSecureContext(keys);
  const check = (tls.rejectUnauthorized ?? true) ? await peerCheck(keys.ca) : believe;
  return (host) => (stream, result) => {
    const { servername = isIP(host) === 0 ? host : undefined } = tls;
    const name = servername === undefined ? {} : { servername }; // an address may not go into SNI
    keepSending(stream);
    // The verdict is that of `check`: until then nothing is written.
    const socket = connect({ socket: stream, host, secureContext, rejectUnauthorized: false, ...name });
    socket.once('secureConnect', () => judge(check, socket, { stream, ...result }));
    socket.on('error', (cause) => {
      result.failed(cause);
      socket.destroy();
    });
  };
}

/** The server's side, for all connections of one listener. @throws Error when a certificate or key cannot be used */
export async function serverSide(tls: TlsListenOptions): Promise<Handshake> {
  const { createServer } = await import('node:tls');
  const keys = await readKeys(tls);
  const requestCert = tls.requireClientCertificate ?? false;
  const check = requestCert ? await peerCheck(keys.ca) : believe;
  // -1: no timer of its own, which would keep a connection in memory that is long gone. The listener has one.
  const options = { ...keys, requestCert, rejectUnauthorized: requestCert, handshakeTimeout: -1 };
  return (stream, result) => {
    // A server for each connection, that never listens: nothing else tells whether a client's certificate is good.
    const server = createServer(options, (socket) => judge(check, socket, { stream, ...result }));
    // Told to refuse certificates, Deno demands one, in TLS, but cuts the connection of whoever has a wrong one, which
    // that client could not tell from a bad network. With null it demands one and leaves the verdict to `check`.
    if (requestCert) Object.assign(server, { rejectUnauthorized: null });
    server.on('tlsClientError', (cause, socket) => {
      result.failed(cause);
      socket.destroy();
    });
    keepSending(stream);
    server.emit('connection', stream);
  };
}

function judge(check: PeerCheck, socket: TLSSocket, to: HandshakeResult & { readonly stream: Duplex }): void {
  const word = check(socket);
  if (word === undefined) {
    to.done(socket);
    return;
  }
  to.failed(coded(word, 'the certificate was refused'));
  // Makes TLS send a fatal alert, in the one way there is: it reads what cannot be TLS, longer than a record may be.
  to.stream.push(new Uint8Array(2 * 17 * 1_024));
  socket.destroy();
}

/**
 * A failure would destroy the stream before TLS has sent the alert that says why. Whoever started the handshake closes
 * what is below the stream.
 */
function keepSending(stream: Duplex): void {
  stream.destroy = () => stream;
}
