import { RmqError } from '@rmq/protocol';

/** Why a wait was given up. */
export type TimeoutErrorCode = 'request-timeout' | 'connect-timeout' | 'drain-timeout';

/** Something took longer than it was given. A request may have been carried out all the same. */
export class TimeoutError extends RmqError<TimeoutErrorCode> {}

/** Why there is no connection. */
export type ConnectionErrorCode = 'connect-failed' | 'connection-closed' | 'client-closed' | 'route-not-found';

/** The connection could not be made or broke off; `cause` says why. A request under way may have been carried out. */
export class ConnectionError extends RmqError<ConnectionErrorCode> {}

/** Which limit was reached. */
export type OverloadErrorCode = 'too-many-requests' | 'send-budget-exhausted';

/** More is under way than the options allow: wait for some of it, or raise the limit. Nothing was sent. */
export class OverloadError extends RmqError<OverloadErrorCode> {}

/** What a {@link ReplyError} says of the reply. */
export interface ReplyDetails {
  /** The protocol's number. */
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
