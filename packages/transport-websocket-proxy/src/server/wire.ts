import type { Writable } from 'node:stream';

/** As much of a WebSocket as is used: binary messages go in, and it tells when its stream has taken one. */
interface MessageSink {
  readonly send: (bytes: Uint8Array, options: { readonly binary: true }, taken: () => void) => void;
}

/**
 * So many messages may be on their way into a client's socket. Each takes some hundred bytes besides its payload: without
 * this a target that sends single bytes would fill the memory long before a window is full.
 */
const maxInFlight = 64;

/**
 * From here on a message is likely to be one of many that are at hand: all of one turn go out in one system call. A
 * smaller one goes at once, as somebody may be waiting for just that. Bytes.
 */
const bulkBytes = 16_384;

/** The sending side of a client's WebSocket, which counts what the socket has not taken yet. */
export class Wire {
  /** Told whenever the socket has taken a message. */
  onSent: () => void = () => undefined;
  readonly #socket: MessageSink;
  readonly #carrier: Writable;
  #inFlight = 0;
  readonly #sent = (): void => {
    this.#inFlight -= 1;
    this.onSent();
  };

  /** @param carrier - the stream below the WebSocket */
  constructor(socket: MessageSink, carrier: Writable) {
    this.#socket = socket;
    this.#carrier = carrier;
  }

  get hasRoom(): boolean {
    return this.#inFlight < maxInFlight;
  }

  get isFlushed(): boolean {
    return this.#inFlight === 0;
  }

  /** Sends a binary message. What cannot be sent any more is dropped: the WebSocket says itself that it is over. */
  send(bytes: Uint8Array): void {
    this.#inFlight += 1;
    if (bytes.byteLength >= bulkBytes) this.#gather();
    this.#socket.send(bytes, { binary: true }, this.#sent);
  }

  #gather(): void {
    if (this.#carrier.writableCorked > 0) return;
    this.#carrier.cork();
    setImmediate(() => this.#carrier.uncork()); // after all that is read in this turn
  }
}
