/**
 * Why a connection could not be had, or died.
 * - `connect-refused`: nothing listens there. `connect-timeout`: no answer in time. `name-not-resolved`: DNS does not
 *   know the host. `unreachable`: no way to it. `connect-failed`: any other reason, in `cause`.
 * - `tls-failed`: certificates, names or the other side's TLS settings; a retry without a change will fail again.
 * - `reset`: the peer or the network cut an open connection. `aborted`: this side disposed it.
 * - `write-after-end`, `already-read`, `endpoint-invalid`: the calling code's own mistakes.
 * - `listen-failed`, `address-in-use`: a listener could not start.
 */
export type TransportErrorCode =
  | 'connect-refused'
  | 'connect-timeout'
  | 'connect-failed'
  | 'name-not-resolved'
  | 'unreachable'
  | 'tls-failed'
  | 'reset'
  | 'aborted'
  | 'write-after-end'
  | 'already-read'
  | 'endpoint-invalid'
  | 'listen-failed'
  | 'address-in-use';

/** The mark all RMQ errors carry: registered, so that it survives two installed copies and needs no common package. */
const brand = Symbol.for('@rmq/error');

/**
 * The connection died or never came to be: dial again, unless the code says that dialing again cannot help.
 * `isRmqError(error, 'connect-refused')` of `@rmq/protocol` recognises it; so does a look at `code`.
 */
export class TransportError extends Error {
  /** Stable, part of the public interface; the message is for people. */
  readonly code: TransportErrorCode;

  /** @param details - `cause` is the platform's own error, if there was one. */
  constructor(code: TransportErrorCode, message: string, details: { readonly cause?: unknown } = {}) {
    super(message, details);
    this.name = 'TransportError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}
