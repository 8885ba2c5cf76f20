import type { Verdict } from './events.ts';

/**
 * Errors of the TLS library, which Bun gives as `EPROTO` with OpenSSL's line as the message, as those Node gives: the
 * last part of the line, e.g. `HTTP_REQUEST`, is the code. Others are passed on as they are.
 */
export function worded(cause: Error | null | undefined): Error | undefined {
  if (cause === null || cause === undefined) return undefined;
  if (codeOf(cause) !== 'EPROTO') return cause;
  const reason = /^error:[0-9a-f]+:[^:]*:[^:]*:(\w+)/i.exec(cause.message)?.[1];
  return reason === undefined ? cause : withCode(`ERR_SSL_${reason}`, cause.message, cause);
}

/** An error as a runtime would give it. */
export function withCode(code: string, message: string, cause?: unknown): Error & { readonly code: string } {
  return Object.assign(new Error(message, cause === undefined ? {} : { cause }), { code });
}

/** What the runtime calls an error. */
export function codeOf(cause: unknown): string | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Certificates or keys that cannot be used: Bun finds out before it dials or binds, the codes are its TLS library's. */
export function isAboutKeys(cause: unknown): boolean {
  return /^ERR_(OSSL|BORINGSSL)/.test(codeOf(cause) ?? '');
}

/**
 * Whether the connection may be used, the other side's certificate counting if it is to be verified.
 * Where the handshake itself failed, it is not, and Bun closes it.
 */
export function isGood({ authorized, error }: Verdict, verify: boolean): boolean {
  return verify ? authorized && error === null : !isBroken(error);
}

/** Tells a handshake that failed from a certificate that nobody trusts. */
export function isBroken(error: Error | null): boolean {
  return ['EPROTO', 'ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');
}
