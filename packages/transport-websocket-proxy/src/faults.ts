import { TransportError } from '@rmq/transport';
import type { TransportErrorCode } from '@rmq/transport';
import { closingOf } from './protocol.ts';
import type { CloseLike, FailureLike } from './websocket-like.ts';

/** The close event's code for a connection that broke without a close frame (RFC 6455, section 7.1.5). */
const abnormal = 1006;

/** Codes that say something about TLS or the connection itself stay; the rest is about a dial that is long over. */
const openCodes = new Set<TransportErrorCode>(['reset', 'tls-failed']);

/** The WebSocket never opened. A page is not told why: neither the HTTP status nor whether anything answered. */
export function notAccepted(label: string, failure: FailureLike | undefined): TransportError {
  const advice =
    'check its URL, the token, and that it allows this page’s origin; its log says which, a browser does not';
  const cause = causeOf(failure);
  return new TransportError(
    'connect-failed',
    `${label}: the proxy did not accept the connection: ${advice}${cause.text}`,
    {
      cause: cause.error,
    },
  );
}

/** Something took the WebSocket that does not speak our protocol. */
export function noProxy(label: string): TransportError {
  return new TransportError(
    'connect-failed',
    `${label}: what answers there is no RMQ proxy: check the URL and its path`,
  );
}

/** The proxy closed before it said "connected". */
export function closedWhileDialing(label: string, close: CloseLike, failure?: FailureLike): TransportError {
  const found = closingOf(close.code)?.fault;
  return closedBy(label, found === undefined || found === 'reset' ? 'connect-failed' : found, { close, failure });
}

/** The connection ended otherwise than by 1000. */
export function closedWhileOpen(label: string, close: CloseLike, failure?: FailureLike): TransportError {
  const found = closingOf(close.code)?.fault ?? 'reset';
  return closedBy(label, openCodes.has(found) ? found : 'reset', { close, failure });
}

/** The peer ended both directions while this side still had something to send. */
export function endedTooEarly(label: string, bytes: number): TransportError {
  const text = `ended the connection with ${bytes.toString()} bytes not sent`;
  return new TransportError('reset', `${label} ${text}: a WebSocket cannot end one direction alone`);
}

/** What a write gets after the peer has ended both directions. */
export function endedByPeer(label: string): TransportError {
  return new TransportError('reset', `${label} ended the connection, and with it both directions: dial again`);
}

/** How the other side broke the protocol, for both sides' errors. */
export const violations = {
  text: 'a text message came, where all are binary',
  beforeConnected: 'data came before "connected"',
  overrun: 'more came than the window allows',
  acknowledged: 'more was acknowledged than had been sent',
} as const;

/** The proxy did what {@link violations} says. */
export function brokenProtocol(code: TransportErrorCode, label: string, what: string): TransportError {
  return new TransportError(code, `${label}: the proxy breaks the protocol: ${what}; use the same version of both`);
}

/** `send` threw, as some WebSockets do once they are closing. */
export function notSent(label: string, cause: unknown): TransportError {
  return new TransportError('reset', `${label}: the WebSocket takes no more data: dial again`, { cause });
}

interface Ending {
  readonly close: CloseLike;
  readonly failure: FailureLike | undefined;
}

function closedBy(label: string, code: TransportErrorCode, { close, failure }: Ending): TransportError {
  const cause = causeOf(failure);
  const reason = printable(close.reason);
  const detail = `(${close.code.toString()}${reason === '' ? '' : `: ${reason}`})`;
  const text =
    close.code === abnormal
      ? 'the connection to the proxy was cut: dial again'
      : `the proxy ${closingOf(close.code)?.advice ?? 'closed the connection for a reason of its own'}`;
  return new TransportError(code, `${label}: ${text} ${detail}${cause.text}`, { cause: cause.error });
}

/** What a runtime other than a browser says of a failure: Node's and `ws`'s events carry an error, Bun's a message. */
function causeOf(failure: FailureLike | undefined): { readonly error: unknown; readonly text: string } {
  const error = failure?.error;
  const said = codeOf(error) ?? messageOf(error) ?? failure?.message;
  return { error, text: typeof said === 'string' && said !== '' ? ` (${printable(said)})` : '' };
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
}

/** Texts of the other side go into one line of a log. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
}
