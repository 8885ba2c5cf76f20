import type { CommandName, RemotingCommand, Request, ResponseFields } from '@rmq/protocol/rocketmq';
import { decodeResponse, isRetryableResponse, responseCodeName, responseCodes } from '@rmq/protocol/rocketmq';
import { ReplyError } from '../core/errors.ts';
import type { RetryPolicy } from '../core/retry.ts';

/** `host:port`, as routes spell it. */
export type Address = string;

/** How long a call may take, and who may stop it. */
export interface CallOptions {
  /** Gives up after this long, connecting included. Milliseconds. @defaultValue the client's `requestTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Rejects with its `reason` when it aborts. What was sent may be carried out all the same. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Asks again when there is no connection, no answer within `attemptTimeoutMs`, or one that says "try again": then a
   * request may be carried out more than once. All attempts share `timeoutMs`. @defaultValue none: one attempt
   */
  readonly retry?: RetryPolicy | undefined;
}

/** Requests to named servers: all that producers, consumers and admin know about connections. */
export interface Remoting {
  /**
   * Sends a request and resolves with the response, whatever its code. GO_AWAY is dealt with inside.
   * @throws TimeoutError, ConnectionError, OverloadError, or the signal's reason; with `retry` also ReplyError, when the
   *   last answer still says "try again", and an error after several attempts is a `RetryFailure` too
   */
  readonly call: (address: Address, request: Request, options?: CallOptions) => Promise<RemotingCommand>;
  /** Sends a request that asks for no answer; resolves when it has been handed to the connection. */
  readonly oneway: (address: Address, request: Request, options?: CallOptions) => Promise<void>;
}

/**
 * Sends a request whose answer must be success.
 * @returns the fields of the response header
 * @throws ReplyError for any other code, and whatever {@link Remoting.call} throws
 */
// eslint-disable-next-line max-params -- who, to whom, what and how: none of them goes without saying
export async function ask<N extends CommandName>(
  remoting: Remoting,
  address: Address,
  request: Request<N>,
  options?: CallOptions,
): Promise<ResponseFields<N>> {
  const reply = await remoting.call(address, request, options);
  if (reply.code !== responseCodes.success) throw replyError(reply, address);
  return decodeResponse(request.name, reply);
}

/** The error for a reply that says no. */
export function replyError({ code, remark }: RemotingCommand, address: Address): ReplyError {
  const responseName = responseCodeName(code);
  const reason = remark === undefined || remark === '' ? '' : `: ${remark}`;
  return new ReplyError(`${address} answered ${responseName ?? 'an unknown code'} (${code.toString()})${reason}`, {
    responseCode: code,
    responseName,
    remark,
    address,
    retryable: isRetryableResponse(code),
  });
}
