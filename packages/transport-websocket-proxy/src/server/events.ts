import type { reasons } from './reasons.ts';
import type { RefusalName } from './refusals.ts';

/** Why a client got no connection: by HTTP status, by close code, or (the rest) by a cut of the TCP connection. */
export type RefusalReason =
  | RefusalName
  | (typeof reasons)[keyof typeof reasons]
  /** Too many connections are open that are not yet WebSockets. */
  | 'too-many-handshakes'
  /** The TLS handshake with the client failed. */
  | 'tls-handshake-failed'
  /** DNS answered with an inner address, which no rule of addresses lists: see {@link ProxyOptions.allow}. */
  | 'target-is-inner'
  /** The target is the proxy. */
  | 'target-is-proxy'
  /** The client left while its target was being dialed. */
  | 'client-left';

/** Who was there: the client's address, the page's origin, and who authentication says it is. */
export interface ClientFields {
  readonly client: string;
  readonly origin?: string | undefined;
  readonly user?: string | undefined;
}

/** What happens at a proxy. Never holds payloads, credentials or other headers than the origin. */
export type ProxyEvent =
  | { readonly type: 'proxy.listening'; readonly level: 'info'; readonly url: string }
  /** No new connections; those that are open may finish. */
  | { readonly type: 'proxy.draining'; readonly level: 'info'; readonly connections: number }
  /** All connections are over and the port is free. */
  | { readonly type: 'proxy.stopped'; readonly level: 'info' }
  /** Something that should not go wrong did, e.g. a connection could not be accepted for want of file descriptors. */
  | { readonly type: 'proxy.fault'; readonly level: 'error'; readonly message: string; readonly cause: unknown }
  | (ClientFields & {
      readonly type: 'connection.refused';
      readonly level: 'warn';
      readonly reason: RefusalReason;
      /** What the client was answered before its WebSocket was open. */
      readonly status?: number | undefined;
      /** What its WebSocket was closed with. */
      readonly code?: number | undefined;
      readonly target?: string | undefined;
      /** For people: what was wrong, or what to change. */
      readonly message: string;
    })
  | (ClientFields & {
      readonly type: 'connection.opened';
      readonly level: 'info';
      readonly id: number;
      readonly target: string;
      /** The address behind the target's name. */
      readonly address: string;
      /** Name resolution, TCP and TLS together. */
      readonly dialMs: number;
    })
  | (ClientFields & {
      readonly type: 'connection.closed';
      readonly level: 'info' | 'warn';
      readonly id: number;
      readonly target: string;
      readonly by: 'client' | 'proxy';
      /** A WebSocket close code; 1006 when the client's connection broke. */
      readonly code: number;
      readonly message: string;
      readonly bytesToTarget: number;
      readonly bytesToClient: number;
      readonly durationMs: number;
    });

/** Hands events to a listener that may throw: what it throws is nobody's business but its own. */
export function guarded(listener: ((event: ProxyEvent) => unknown) | undefined): (event: ProxyEvent) => void {
  if (listener === undefined) return () => undefined;
  return (event) => {
    try {
      // An async listener is a mistake that types do not catch; its rejection must not end the process.
      Promise.resolve(listener(event)).catch(() => undefined);
    } catch {
      // See above.
    }
  };
}
