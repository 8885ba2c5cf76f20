import type { WebSocket } from 'ws';

/**
 * So many messages may be on their way into a client's socket. Each takes some hundred bytes besides its payload: without
 * this a target that sends single bytes would fill the memory long before a window is full.
 */
const maxInFlight = 64;

/** The sending side of a client's WebSocket, which counts what the socket has not taken yet. */
export class Wire {
  /** Told whenever the socket has taken a message. */
  onSent: () => void = () => undefined;
  readonly #socket: WebSocket;
  #inFlight = 0;
  readonly #sent = (): void => {
    this.#inFlight -= 1;
    this.onSent();
  };

  constructor(socket: WebSocket) {
    this.#socket = socket;
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
    this.#socket.send(bytes, { binary: true }, this.#sent);
  }
}
