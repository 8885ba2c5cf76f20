import { TransportError } from '../errors.ts';
import type { TransportErrorCode } from '../errors.ts';
import type { Endpoint } from '../transport.ts';

/**
 * What a runtime calls an error: POSIX's word (`ECONNREFUSED`) or OpenSSL's (`CERT_HAS_EXPIRED`), as Node and Bun have
 * it in `code`. An adapter whose runtime has words of its own gives an error with the usual one.
 */
function codeOf(cause: unknown): string {
  // By shape: Node's errors are not `instanceof Error` inside a vm context, such as a test runner's.
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'no code';
}

/** `host:port`, IPv6 in brackets. */
export function printed({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port.toString()}`;
}

/** Refuses, before anything is dialed or bound, what is no place. `lowest` is 0 where a port may be chosen freely. */
export function checkEndpoint(at: Endpoint, lowest: 0 | 1): void {
  if (at.host === '') throw new TransportError('endpoint-invalid', 'the host is empty: give a name or an address');
  if (Number.isInteger(at.port) && at.port >= lowest && at.port <= 65_535) return;
  const text = `is no place to ${lowest === 0 ? 'listen' : 'dial'}: ports are ${lowest.toString()} to 65535`;
  throw new TransportError('endpoint-invalid', `${printed(at)} ${text}`);
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
  ERR_ACCESS_DENIED: ['connect-failed', 'may not be dialed by this program: it was started without that permission'],
};

/** A dial that failed before any TLS. */
export function failedDial(cause: unknown, to: Endpoint): TransportError {
  const code = codeOf(cause);
  const [kind, text] = dialFaults[code] ?? (['connect-failed', 'could not be dialed: see the cause'] as const);
  return new TransportError(kind, `${printed(to)} ${text} (${code})`, { cause });
}

/** OpenSSL's and the runtimes' verdicts on a certificate or handshake, by the start of their code. First match counts. */
const tlsFaults: readonly (readonly [RegExp, string])[] = [
  [/^ERR_TLS_CERT_ALTNAME/, 'has a certificate for other names: dial by a name it covers, or set tls.servername'],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/, 'has a certificate that is not valid today: renew it, or set the clock'],
  [
    /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|INVALID_CA)/,
    'has a certificate no known authority signed: pass it in tls.ca',
  ],
  [/PEER_DID_NOT_RETURN_A_CERTIFICATE/, 'gave no client certificate, which this listener requires'],
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

/** Certificates or keys that the runtime cannot read. */
export function unusableKeys(cause: unknown): TransportError {
  return new TransportError('tls-failed', 'tls.ca, cert, key or passphrase cannot be used: see the cause', { cause });
}

/** A dial that took too long; `connected` when TCP was there and the TLS handshake was not over. */
export function lateDial(to: Endpoint, connectTimeoutMs: number, connected: boolean): TransportError {
  const [what, hint] = connected
    ? ['did not finish the TLS handshake', 'it may not speak TLS']
    : ['did not answer', 'check the address and the firewalls between'];
  return new TransportError(
    'connect-timeout',
    `${printed(to)} ${what} within ${connectTimeoutMs.toString()} ms: ${hint}`,
  );
}

/**
 * An open connection that broke. TLS alerts are told apart because since TLS 1.3 a server judges the client's certificate
 * after the client's handshake is over: the refusal arrives on an open connection.
 */
export function brokenConnection(cause: unknown, label: string): TransportError {
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
  if (code === 'EACCES')
    return fail('listen-failed', 'may not be listened on by this user: ports below 1024 need rights');
  if (code === 'ERR_ACCESS_DENIED')
    return fail('listen-failed', 'may not be listened on by this program: it was started without that permission');
  if (code === 'EADDRNOTAVAIL')
    return fail('listen-failed', 'is no address of this machine: use 0.0.0.0 for all it has');
  return fail('listen-failed', 'cannot be listened on: see the cause');
}
