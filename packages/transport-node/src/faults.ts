import { TransportError } from '@rmq/transport';
import type { Endpoint, TransportErrorCode } from '@rmq/transport';

/** Node's own code of an error, e.g. `ECONNREFUSED`; of several attempts (one per address) that of the first. */
export function codeOf(cause: unknown): string {
  // By shape: Node's errors are not `instanceof Error` inside a vm context, such as a test runner's.
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'no code';
}

/** `host:port`, IPv6 in brackets. */
export function printed({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port.toString()}`;
}

/** System errors while dialing: what became of it, and what may help. The last column completes "host:port …". */
const dialFaults: Readonly<Record<string, readonly [TransportErrorCode, string]>> = {
  ECONNREFUSED: ['connect-refused', 'refused the connection: check that the server runs and that this is its port'],
  ETIMEDOUT: ['connect-timeout', 'did not answer: check the address and the firewalls between'],
  ENOTFOUND: ['name-not-resolved', 'cannot be resolved: check the spelling of the host, and DNS'],
  EAI_AGAIN: ['name-not-resolved', 'cannot be resolved now: the DNS server does not answer'],
  EHOSTUNREACH: ['unreachable', 'cannot be reached: check the route to the host'],
  ENETUNREACH: ['unreachable', 'cannot be reached: this machine has no route to that network'],
  EADDRNOTAVAIL: ['unreachable', 'cannot be reached: no local address or port is free for it'],
  ECONNRESET: ['connect-failed', 'cut the connection while it was being opened'],
  ERR_SOCKET_BAD_PORT: ['endpoint-invalid', 'is no place to dial: ports are 1 to 65535'],
};

/** A dial that failed before any TLS. */
export function failedDial(cause: unknown, to: Endpoint): TransportError {
  const code = codeOf(cause);
  const [kind, text] = dialFaults[code] ?? (['connect-failed', 'could not be dialed: see the cause'] as const);
  return new TransportError(kind, `${printed(to)} ${text} (${code})`, { cause });
}

/** OpenSSL's and Node's verdicts on a certificate or handshake, by the start of their code. First match counts. */
const tlsFaults: readonly (readonly [RegExp, string])[] = [
  [/^ERR_TLS_CERT_ALTNAME/, 'has a certificate for other names: dial by a name it covers, or set tls.servername'],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/, 'has a certificate that is not valid today: renew it, or set the clock'],
  [
    /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|INVALID_CA)/,
    'has a certificate no known authority signed: pass it in tls.ca',
  ],
  [
    /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/,
    'refused the handshake: it may want a client certificate, tls.cert and tls.key',
  ],
  [/ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_)/, 'rejected the client certificate: it must trust who signed it'],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/,
    'does not speak TLS: dial it without, or use its TLS port',
  ],
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/, 'speaks no TLS version in common: raise it there, or set tls.minVersion'],
  [
    /^ECONNRESET|^EPIPE|^no code/,
    'hung up during the TLS handshake: it may not speak TLS, or want a client certificate',
  ],
];

/** A TLS handshake that failed, whichever side was to blame. */
export function failedHandshake(cause: unknown, peer: string): TransportError {
  const code = codeOf(cause);
  const text = tlsFaults.find(([pattern]) => pattern.test(code))?.[1] ?? 'failed the TLS handshake: see the cause';
  return new TransportError('tls-failed', `${peer} ${text} (${code})`, { cause });
}

/**
 * An open connection that broke. TLS alerts are told apart because since TLS 1.3 a server judges the client's certificate
 * after the client's handshake is over: the refusal arrives on an open connection.
 */
export function brokenConnection(cause: Error | undefined, label: string): TransportError {
  const code = codeOf(cause);
  if (code.startsWith('ERR_SSL_')) return failedHandshake(cause, label);
  const text = code === 'ETIMEDOUT' ? 'stopped answering' : 'was cut by the other side or the network';
  return new TransportError('reset', `${label} ${text}: dial again (${code})`, { cause });
}

/** A listener that could not start. */
export function failedListen(cause: unknown, at: Endpoint): TransportError {
  const code = codeOf(cause);
  const fail = (kind: TransportErrorCode, text: string): TransportError =>
    new TransportError(kind, `${printed(at)} ${text} (${code})`, { cause });
  if (code === 'EADDRINUSE')
    return fail('address-in-use', 'is taken: stop what listens there, or use port 0 for any free one');
  if (code === 'ERR_SOCKET_BAD_PORT') return fail('endpoint-invalid', 'is no place to listen: ports are 0 to 65535');
  if (code === 'EACCES')
    return fail('listen-failed', 'may not be listened on by this user: ports below 1024 need rights');
  if (code === 'EADDRNOTAVAIL')
    return fail('listen-failed', 'is no address of this machine: use 0.0.0.0 for all it has');
  return fail('listen-failed', 'cannot be listened on: see the cause');
}
