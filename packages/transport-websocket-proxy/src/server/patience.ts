import type { Duplex } from 'node:stream';

/** How long a client is kept waiting: until a time limit, or until it leaves. */
export class Patience {
  /** Made for whoever asks: most requests are judged at once, and it weighs more than all the rest of this. */
  #controller: AbortController | undefined;
  #isOver = false;
  readonly #socket: Duplex;
  readonly #timer: NodeJS.Timeout;
  readonly #over = (): void => {
    this.#isOver = true;
    this.#controller?.abort(tooLong());
  };

  constructor(socket: Duplex, ms: number) {
    this.#socket = socket;
    this.#timer = setTimeout(this.#over, ms);
    // Nobody else listens to a socket between its request and its WebSocket: an error would end the process.
    socket.on('error', this.#over);
    socket.on('close', this.#over);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isOver) this.#controller.abort(tooLong());
    }
    return this.#controller.signal;
  }

  /** It was worth waiting. Whatever is done with the socket next, at once, listens to errors itself. */
  end(): void {
    clearTimeout(this.#timer);
    this.#socket.off('error', this.#over);
    this.#socket.off('close', this.#over);
  }
}

function tooLong(): Error {
  return new Error('the client has waited long enough, or left');
}
