import { alike, ReplyError } from '../core/errors.ts';
import type { Call } from './session.ts';

/** What the ConnectionError or TimeoutError of a request says besides its class and code. */
export interface RequestFailure {
  /**
   * Whether the server may have carried the request out: a put may be stored, the message of a get may be lost. False
   * means that nothing was sent.
   */
  readonly mayBeDone: boolean;
}

const untouched: RequestFailure = { mayBeDone: false };
const unknown: RequestFailure = { mayBeDone: true };

/** The error of a request that was not sent. */
export function unsent(cause: unknown): unknown {
  return alike(cause, '(nothing was sent)', untouched);
}

/** The error of a request that was sent, and whose answer will not come or not be heard. */
export function unanswered(cause: unknown, { type }: Call): unknown {
  if (cause instanceof ReplyError || type === 'Info') return cause;
  const what = type === 'Put' ? 'the message may have been stored' : 'a message may be lost';
  return alike(cause, `(${what})`, unknown);
}

/** The error of an answer `Error`: what it names is all there is to it. */
export function refusal(error: string, { type }: Call, address: string): ReplyError {
  return new ReplyError(`${address} answered ${type} with Error: ${error}`, {
    responseCode: 0,
    responseName: error,
    remark: undefined,
    address,
    retryable: false,
  });
}
