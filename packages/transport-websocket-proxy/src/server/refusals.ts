/** How a request is refused over HTTP. */
interface Refusal {
  readonly status: number;
  /** A sentence for whoever reads the answer. */
  readonly text: string;
}

/** All refusals before a WebSocket is opened, by the name they have in events and metrics. */
export const refusals = {
  'request-malformed': { status: 400, text: 'This is no valid HTTP request.' },
  'subprotocol-missing': { status: 400, text: 'Offer the WebSocket subprotocol rmq.tcp.v1.' },
  'target-malformed': {
    status: 400,
    text: 'Name the target in the query: ?to=tcp://HOST:PORT or ?to=tls://HOST:PORT.',
  },
  unauthenticated: { status: 401, text: 'Credentials are missing, malformed or wrong.' },
  'origin-not-allowed': { status: 403, text: 'Pages of this origin may not use this proxy: it is not in its origins.' },
  'path-unknown': { status: 404, text: 'There is nothing here.' },
  'method-not-allowed': { status: 405, text: 'Use GET.' },
  'handshake-timeout': { status: 408, text: 'The request took too long.' },
  'upgrade-missing': { status: 426, text: 'This is a WebSocket proxy: upgrade the connection.' },
  'client-connections': { status: 429, text: 'This client has as many connections open as it may have.' },
  'client-rate': { status: 429, text: 'This client opens connections too fast.' },
  'headers-too-large': { status: 431, text: 'The headers are too large.' },
  'authentication-failed': { status: 500, text: 'Credentials could not be checked: see the log of the proxy.' },
  'total-connections': { status: 503, text: 'As many connections are open as may be.' },
  draining: { status: 503, text: 'This proxy is being stopped.' },
} as const;
refusals satisfies Readonly<Record<string, Refusal>>;

/** The name of one. */
export type RefusalName = keyof typeof refusals;
