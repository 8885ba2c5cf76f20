/**
 * One connected, ordered, reliable stream of bytes, whatever carries it. It knows bytes, not frames: boundaries between
 * chunks mean nothing. A transport has one owner and is used once; whoever obtained it ends, aborts or disposes it.
 *
 * **Ownership.** Bytes that crossed this boundary, in either direction, are immutable for ever. Nobody reuses a buffer
 * after writing it, no adapter reuses one after yielding it; so views of chunks may be kept, and nothing is copied.
 *
 * **Faults.** What goes wrong is a {@link TransportError}, or the `reason` given to `abort` exactly as given. The same
 * error object reaches `incoming`, pending writes and `closed`. A promise nobody watches is never an unhandled rejection.
 *
 * Disposing aborts, waits for `closed` and never throws; after a clean end it does nothing.
 */
export interface Transport extends AsyncDisposable {
  /** Who is at the other end, for logs only, e.g. `tcp://10.0.0.7:9876`. Never parse it. */
  readonly label: string;

  /**
   * False where a FIN cannot be sent alone (WebSocket): `end()` then flushes and closes both directions, and what the
   * peer still sends is dropped. The peer's end, too, is the end of both: what it sent before arrives, `closed` gives
   * undefined, `end()` fulfils, and a `write` rejects with `reset`.
   */
  readonly halfClose: boolean;

  /**
   * What the peer sends, in non-empty chunks. Ends at the peer's FIN; throws the fault once what arrived before it has
   * been read. Not pulling is back-pressure: an adapter holds a bounded amount and then stops reading from the peer.
   *
   * Single pass: iterating a second time throws `already-read`. Leaving the loop early stops reading for good, while
   * writing goes on; as nothing is read any more, only `abort` or disposal is then sure to settle `closed`.
   */
  readonly incoming: AsyncIterable<Uint8Array>;

  /**
   * Queues chunks back to back, in call order, as one batch; concurrent calls are fine. Settles when more is welcome,
   * which says nothing about delivery. A caller that awaits each write holds bounded memory.
   * @throws TransportError `write-after-end` after {@link end}; otherwise the fault, once there is one.
   */
  write(chunks: readonly Uint8Array[]): Promise<void>;

  /**
   * Sends what is queued, then FIN; reading goes on. Settles when all of it has been handed to the carrier. Calling it
   * again gives the same promise.
   * @throws the fault, if it comes first.
   */
  end(): Promise<void>;

  /**
   * Drops everything now, queued bytes in both directions included: `incoming` throws `reason`, pending writes reject
   * with it, `closed` gives it. The first call wins; once the transport is over it does nothing. The peer sees `reset`,
   * so that it does not take half a stream for a whole one.
   */
  abort(reason: Error): void;

  /**
   * Settles once, when both directions are over and the carrier's resources are released: the fault, or undefined after
   * a clean end. Never rejects. Chunks that had arrived can still be read from `incoming` afterwards.
   */
  readonly closed: Promise<Error | undefined>;
}

/** Where to dial or listen: what a route or a URI can say. TLS material is the dialer's own. */
export interface Endpoint {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** 1 to 65535; for {@link Listen} also 0, any free port. */
  readonly port: number;
  /** True or false insists on TLS or on none; left out, the dialer's or listener's own setting decides. */
  readonly tls?: boolean | undefined;
}

/** How to dial. */
export interface DialOptions {
  /** Gives up the attempt. Once the dial has succeeded it has no effect: then there is {@link Transport.abort}. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens one connection, ready for bytes: with TLS, after the handshake. A plain value, handed to whoever connects; never
 * registered anywhere.
 * @throws TransportError `connect-refused`, `connect-timeout`, `name-not-resolved`, `unreachable`, `tls-failed`,
 * `endpoint-invalid` or `connect-failed`; `signal.reason` itself when the signal aborts first.
 */
export type Dial = (to: Endpoint, options?: DialOptions) => Promise<Transport>;

/**
 * Accepted connections. Disposing it stops accepting, ends `incoming` and drops connections nobody has taken yet;
 * those already taken live on, they are their owner's. Never throws, idempotent.
 */
export interface Listener extends AsyncDisposable {
  /** Where it listens, with the port really bound. */
  readonly endpoint: Endpoint;
  /** Single pass, like {@link Transport.incoming}. Leaving the loop disposes the listener: no one else could accept. */
  readonly incoming: AsyncIterable<Transport>;
}

/**
 * Starts listening; resolves once connections are accepted.
 * @throws TransportError `address-in-use`, `endpoint-invalid`, `tls-failed` (unusable key material) or `listen-failed`.
 */
export type Listen = (at: Endpoint) => Promise<Listener>;
