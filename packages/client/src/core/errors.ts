import { RmqError } from '@rmq/protocol';

/** Why a wait was given up. */
export type TimeoutErrorCode =
  | 'request-timeout'
  | 'connect-timeout'
  | 'drain-timeout'
  | 'acquire-timeout'
  /** The server waited as long as it was asked to, and no message came. */
  | 'no-message';

/** Something took longer than it was given. A request may have been carried out all the same. */
export class TimeoutError extends RmqError<TimeoutErrorCode> {}

/** Why there is no connection. */
export type ConnectionErrorCode = 'connect-failed' | 'connection-closed' | 'client-closed' | 'route-not-found';

/** The connection could not be made or broke off; `cause` says why. A request under way may have been carried out. */
export class ConnectionError extends RmqError<ConnectionErrorCode> {}

/** Which limit was reached. */
export type OverloadErrorCode = 'too-many-requests' | 'send-budget-exhausted' | 'pool-exhausted';

/** More is under way than the options allow: wait for some of it, or raise the limit. Nothing was sent. */
export class OverloadError extends RmqError<OverloadErrorCode> {}

/** What a {@link ReplyError} says of the reply. */
export interface ReplyDetails {
  /** The protocol's number; 0 in a protocol whose replies have names only. */
  readonly responseCode: number;
  /** Its name in the protocol's table, if it is there. */
  readonly responseName: string | undefined;
  /** The peer's own words. */
  readonly remark: string | undefined;
  /** Who said it. */
  readonly address: string;
  /** Whether another attempt, perhaps elsewhere, can succeed. */
  readonly retryable: boolean;
}

/** The peer understood and said no. The connection is fine. */
export class ReplyError extends RmqError<'refused'> {
  readonly responseCode: number;
  readonly responseName: string | undefined;
  readonly remark: string | undefined;
  readonly address: string;
  readonly retryable: boolean;

  constructor(message: string, details: ReplyDetails) {
    super('refused', message);
    this.responseCode = details.responseCode;
    this.responseName = details.responseName;
    this.remark = details.remark;
    this.address = details.address;
    this.retryable = details.retryable;
  }
}

/**
 * A copy of an error, of the same class and code, that says more; the original is its `cause`. Not changed in place, as all
 * requests of a broken connection share its error. An error of a class that is not from here comes back as it is.
 * @param more - goes behind the message
 * @param details - becomes part of the copy, as what had become part of the original
 */
export function alike(error: unknown, more: string, details: object): unknown {
  const copy = copyOf(error, more);
  if (copy === undefined) return error;
  return Object.assign(Object.defineProperty(copy, 'cause', { value: error, configurable: true }), error, details);
}

function copyOf(error: unknown, more: string): Error | undefined {
  if (error instanceof ReplyError) return new ReplyError(`${error.message} ${more}`, error);
  if (error instanceof ConnectionError) return new ConnectionError(error.code, `${error.message} ${more}`);
  if (error instanceof TimeoutError) return new TimeoutError(error.code, `${error.message} ${more}`);
  if (error instanceof OverloadError) return new OverloadError(error.code, `${error.message} ${more}`);
  return undefined;
}
