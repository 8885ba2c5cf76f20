/** One connection of Bun's; what it is to us at the moment is its `data`. */
export type BunSocket = Bun.Socket<Events>;

/**
 * Who is told what happens on a connection. It changes hands: first whoever waits for the handshake, then the transport.
 * None of these may throw.
 */
export interface Events {
  /** TCP is there. */
  readonly open?: (socket: BunSocket) => void;
  /** The TLS handshake is over, well or not. */
  readonly handshake?: (socket: BunSocket, verdict: Verdict) => void;
  /** `bytes` are nobody else's: Bun copies each read into fresh memory. */
  readonly data?: (bytes: Uint8Array) => void;
  /** There is room again, after a write that was cut short. */
  readonly drain?: () => void;
  /** The peer's FIN; not called where `close` follows at once. */
  readonly end?: () => void;
  /** An open TLS connection broke, e.g. by an alert; `close` follows. */
  readonly error?: (cause: Error) => void;
  /** It is gone, whoever closed it; the last event. */
  readonly close?: (cause: Error | undefined) => void;
}

/**
 * How a handshake went. With `authorized` and no `error` all is well; with both, it is over, with something to say about
 * the other side's certificate, or about there being none.
 */
export interface Verdict {
  readonly authorized: boolean;
  readonly error: Error | null;
}

/** Bun wants one table of functions per listener; all connections share this one, and each asks its own {@link Events}. */
export const events: Bun.SocketHandler<Events> = {
  binaryType: 'uint8array', // rather than Buffer, whose slice() is a view; the types speak of Buffer all the same
  open: (socket) => socket.data.open?.(socket),
  handshake: (socket, authorized, error) => socket.data.handshake?.(socket, { authorized, error }),
  data: (socket, bytes) => socket.data.data?.(bytes),
  drain: (socket) => socket.data.drain?.(),
  end: (socket) => socket.data.end?.(),
  error: (socket, cause) => socket.data.error?.(cause),
  close: (socket, cause) => socket.data.close?.(cause),
  // The promise of Bun.connect says the same; with this here, Bun does not also call it unhandled.
  connectError: () => undefined,
};
