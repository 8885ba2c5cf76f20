import { within } from '@rmq/transport/adapter';
import { credentialsSubprotocol } from './credentials.ts';
import type { WebSocketConstructor } from './websocket-like.ts';

/** How to dial through a proxy. */
export interface WebsocketDialOptions {
  /** The proxy's address, e.g. `wss://proxy.example.com/`. A page served over https can only use `wss:`. */
  readonly url: string;
  /**
   * The bearer token that the proxy asks for, or what makes one, called for every dial: tokens expire. Sent as a
   * subprotocol, since pages cannot set headers; never logged.
   */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** A user and password instead of a token. */
  readonly basic?: { readonly username: string; readonly password: string } | undefined;
  /**
   * Whether the proxy speaks TLS to targets whose endpoint does not say. The certificate is the proxy's to verify, with
   * the authorities it was given. @defaultValue false
   */
  readonly tls?: boolean | undefined;
  /**
   * Gives up when the token, the WebSocket and the proxy's own dial together take longer. Milliseconds, 1 to 2^31-1.
   * @defaultValue 10000
   */
  readonly connectTimeoutMs?: number | undefined;
  /** The WebSocket class to use. @defaultValue the runtime's own; on Node.js 20 there is none: pass that of `ws` */
  readonly WebSocket?: WebSocketConstructor | undefined;
}

/** Options, checked, with the defaults in the place of what was left out. */
export interface DialSettings {
  readonly url: string;
  readonly tls: boolean;
  readonly connectTimeoutMs: number;
  readonly WebSocket: WebSocketConstructor | undefined;
  /** The subprotocol that carries the credentials. @throws RangeError, or whatever the caller's own function throws */
  readonly credentials: (() => string | Promise<string>) | undefined;
}

/** @throws RangeError or TypeError for options that cannot work, whatever is dialed */
export function dialSettings(options: WebsocketDialOptions): DialSettings {
  return {
    url: options.url,
    tls: options.tls ?? false,
    connectTimeoutMs: within('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 1),
    WebSocket: options.WebSocket,
    credentials: credentials(options),
  };
}

function credentials({ token, basic }: WebsocketDialOptions): DialSettings['credentials'] {
  if (token !== undefined && basic !== undefined) throw new TypeError('token and basic are both given: choose one');
  if (typeof token === 'function') {
    return async () => credentialsSubprotocol({ kind: 'bearer', token: await token() });
  }
  if (token === undefined && basic === undefined) return undefined;
  const fixed = credentialsSubprotocol(
    basic === undefined ? { kind: 'bearer', token: token ?? '' } : { kind: 'basic', ...basic },
  );
  return () => fixed;
}
