import { isRmqError } from '@rmq/protocol';
import { ReplyError } from '@rmq/client';

/** Why there was no connection, in the words of Go's network package. */
const connectFaults: Readonly<Partial<Record<string, string>>> = {
  'connect-refused': 'connect: connection refused',
  'connect-timeout': 'i/o timeout',
  unreachable: 'connect: no route to host',
};
/** What was wrong with a frame, in the words of the original. */
const frameFaults: Readonly<Partial<Record<string, string>>> = {
  truncated: 'unexpected EOF',
  'frame-too-large': 'mqmq: frame too large',
  'value-out-of-range': 'mqmq: frame too large',
  'frame-malformed': 'mqmq: bad frame format',
  reset: 'connection reset by peer',
};

/** Why a client could not connect, as the original's tool says it. */
export function connectProblem(cause: unknown, address: string): string {
  const words = connectFaults[innermost(cause).code];
  return words === undefined ? innermost(cause).message : `dial tcp ${address}: ${words}`;
}

/** Why a server could not listen, as the original's tool says it. */
export function listenProblem(cause: unknown, address: string): string {
  const { code, message } = innermost(cause);
  return code === 'address-in-use' ? `listen tcp ${address}: bind: address already in use` : `listen tcp: ${message}`;
}

/** What went wrong with a request, as the original's tool says it. */
export function requestProblem(cause: unknown): string {
  if (cause instanceof ReplyError) return `mqmq: server error response: ${cause.responseName ?? cause.message}`;
  if (isRmqError(cause, 'no-message')) return 'mqmq: timeout expired';
  const { code, message } = innermost(cause);
  return code === 'body-malformed' || code === 'frame-malformed' ? 'mqmq: bad server response' : message;
}

/** What went wrong with a connection, as the original's server logs it. */
export function connectionProblem(cause: Error | undefined): string {
  if (cause === undefined) return 'EOF';
  const { code, message } = innermost(cause);
  return frameFaults[code] ?? message;
}

/** The reason behind other reasons that has a code of ours: a client wraps what a transport says. */
function innermost(cause: unknown): { readonly code: string; readonly message: string } {
  if (!isRmqError(cause)) return { code: '', message: cause instanceof Error ? cause.message : String(cause) };
  return isRmqError(cause.cause) ? innermost(cause.cause) : cause;
}
