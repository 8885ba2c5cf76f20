import type { TransportErrorCode } from '@rmq/transport';

/**
 * What both ends of a proxied connection agree on. One WebSocket carries one connection to the target:
 *
 * - The client opens it with the query `to` ({@link printTarget}) and offers {@link subprotocol}, which the proxy selects.
 * - The proxy dials the target, then sends one empty binary message: connected. Or it closes with a code from
 *   {@link closings}.
 * - From then on non-empty binary messages are data, whose boundaries mean nothing. An empty one acknowledges
 *   {@link unitBytes} more of the receiver's data as passed on, and at most {@link windowBytes} may be unacknowledged.
 * - 1000 is the clean end of both directions; any other code is a fault.
 */
export const subprotocol = 'rmq.tcp.v1';

/** The largest message our ends send. Bytes. */
export const messageBytes = 65_536;

/** How much one acknowledgement stands for: two messages, as each acknowledgement is a system call here and there. Bytes. */
export const unitBytes = 131_072;

/** How much each side may have sent and not yet seen acknowledged: what the other must be ready to hold. 16 units. Bytes. */
export const windowBytes = 2_097_152;

/** "Connected", and later "one more unit passed on". One for all: nobody changes bytes that have been sent. */
export const emptyMessage: Uint8Array = new Uint8Array(0);

/** The longest reason a WebSocket close frame can carry. Bytes of UTF-8 (RFC 6455, section 5.5). */
export const maxReasonBytes = 123;

/** Why a connection is closed. */
interface Closing {
  readonly code: number;
  /** What it means for the client's transport; without one it is no fault. */
  readonly fault?: TransportErrorCode;
  /** Completes "the proxy …" for the client's error, and says what may help. */
  readonly advice: string;
}

/**
 * All ways to close, by name. 1000 to 1011 are WebSocket's own (RFC 6455, section 7.4.1), of which a browser's page may
 * send only 1000; those from 4000 on are this protocol's, most of them 4000 plus the HTTP status they resemble.
 */
export const closings = {
  end: { code: 1000, advice: 'ended the connection' },
  draining: { code: 1001, fault: 'reset', advice: 'is being stopped: dial again' },
  textMessage: { code: 1003, fault: 'reset', advice: 'takes binary messages only: something else writes to it' },
  policy: { code: 1008, fault: 'reset', advice: 'refused to go on: see its log' },
  messageTooBig: { code: 1009, fault: 'reset', advice: 'refused a message as too big: raise its maxMessageBytes' },
  internalError: { code: 1011, fault: 'reset', advice: 'had an internal error: see its log' },
  aborted: { code: 4000, fault: 'reset', advice: 'was told to drop the connection' },
  protocolBroken: { code: 4400, fault: 'reset', advice: 'and this client disagree: use the same version of both' },
  targetNotAllowed: { code: 4403, fault: 'connect-failed', advice: 'does not allow this target: add it to its allow' },
  nameNotResolved: {
    code: 4404,
    fault: 'name-not-resolved',
    advice: 'cannot resolve the target: check the spelling of the host, and the proxy’s DNS',
  },
  targetTimeout: {
    code: 4408,
    fault: 'connect-timeout',
    advice: 'got no answer from the target: check the address and the firewalls between',
  },
  idle: { code: 4409, fault: 'reset', advice: 'closed an idle connection: send heartbeats, or raise its idle timeout' },
  targetTlsFailed: {
    code: 4495,
    fault: 'tls-failed',
    advice: 'could not agree on TLS with the target: check its certificate, and the proxy’s target.tls',
  },
  targetReset: { code: 4499, fault: 'reset', advice: 'lost the target, which or whose network cut: dial again' },
  targetFailed: { code: 4500, fault: 'connect-failed', advice: 'could not dial the target: see the proxy’s log' },
  targetRefused: {
    code: 4502,
    fault: 'connect-refused',
    advice: 'was refused by the target: check that the server runs and that this is its port',
  },
  targetUnreachable: {
    code: 4503,
    fault: 'unreachable',
    advice: 'cannot reach the target: check the route from the proxy to the host',
  },
} as const;
closings satisfies Readonly<Record<string, Closing>>;

/** The name of a way to close. */
export type ClosingName = keyof typeof closings;

const byCode: ReadonlyMap<number, Closing> = new Map(Object.values(closings).map((closing) => [closing.code, closing]));

/** What a close code means; undefined for those nobody agreed on. */
export function closingOf(code: number): Closing | undefined {
  return byCode.get(code);
}

/** A reason that fits into a close frame: what is too long ends in an ellipsis, at the end of a character. */
export function closeReason(text: string): string {
  const encoder = new TextEncoder();
  const { read } = encoder.encodeInto(text, new Uint8Array(maxReasonBytes));
  if (read === text.length) return text;
  const ellipsis = '…'; // three bytes
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(maxReasonBytes - 3)).read) + ellipsis;
}
