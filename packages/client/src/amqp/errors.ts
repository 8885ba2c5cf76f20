import { RmqError } from '@rmq/protocol';
import { type Args, type MethodName, methodName, replyCode } from '@rmq/protocol/amqp';
import { ConnectionError, ReplyError } from '../core/errors.ts';

/** What the server closed: a channel goes alone, a connection takes all its channels along. */
export type CloseScope = 'channel' | 'connection';

/** Who closed what, for an {@link AmqpReplyError}. */
export interface CloseDetails {
  readonly scope: CloseScope;
  readonly address: string;
  readonly close: Args<'channel.close'>;
}

/** After these another attempt can succeed: a server that stops, a queue that another connection has, short resources. */
const RETRYABLE: readonly number[] = [320, 405, 506];

/**
 * The server closed a channel, or the connection, and said why: `responseCode` and `responseName` (`404`, `NOT_FOUND`),
 * `remark` (its text), and the method it blames. Whatever was under way there fails with this.
 */
export class AmqpReplyError extends ReplyError {
  readonly scope: CloseScope;
  /** Of the method it blames; 0 when it blames none. */
  readonly classId: number;
  readonly methodId: number;
  /** The name of that method, `queue.declare`; undefined for none, or one this library does not know. */
  readonly method: MethodName | undefined;

  constructor({ scope, address, close }: CloseDetails) {
    const { replyCode: code, replyText, classId, methodId } = close;
    const name = replyCode(code)?.name;
    const method = methodName(classId, methodId);
    const blamed = method === undefined ? '' : ` because of ${method}`;
    super(`${address} closed the ${scope}${blamed}: ${code} ${replyText}`, {
      responseCode: code,
      responseName: name,
      remark: replyText,
      address,
      retryable: RETRYABLE.includes(code),
    });
    this.scope = scope;
    this.classId = classId;
    this.methodId = methodId;
    this.method = method;
  }
}

/** How a publish ended that was not confirmed. */
export type PublishErrorCode = 'publish-refused' | 'publish-returned' | 'publish-unknown';

/** What the server said when it sent a message back. */
export interface ReturnReason {
  /** 312: no queue is bound for it. */
  readonly replyCode: number;
  readonly replyText: string;
  readonly exchange: string;
  readonly routingKey: string;
}

/**
 * A message was not confirmed. `publish-refused`: the server nacked it, say because a queue is full and rejects.
 * `publish-returned`: no queue took it, `returned` says why; it was `mandatory`. `publish-unknown`: it was sent and the
 * channel, the connection or the patience was lost (`cause`) before its confirm came; it may be in its queues.
 */
export class PublishError extends RmqError<PublishErrorCode> {
  readonly returned: ReturnReason | undefined;

  constructor(
    code: PublishErrorCode,
    message: string,
    details: { readonly cause?: unknown; readonly returned?: ReturnReason } = {},
  ) {
    super(code, message, details);
    this.returned = details.returned;
  }
}

/** The server ended a consumer: its queue was deleted, its node was lost, or it took too long to ack. */
export class ConsumerCancelledError extends RmqError<'consumer-cancelled'> {}

/** What calls get on a channel or connection that this client has closed. */
export function closedByClient(what: string): ConnectionError {
  return new ConnectionError('client-closed', `${what} was closed by this client`);
}
