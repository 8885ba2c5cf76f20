import type { Duplex } from 'node:stream';
import type { Carrier } from './carrier.ts';
import { coded } from './words.ts';

/**
 * A connection as the stream that `node:tls` wants below it. On Deno `node:tls` goes on reading while its own reader
 * holds back, without bound; so bytes get in only while they are {@link TlsBridge.wanted}.
 */
export class TlsBridge {
  readonly stream: Duplex;
  /** Told of the connection's fault, or of its end: TLS announces its own before, so that none can be made up. */
  onFault: (cause: unknown) => void = () => undefined;
  readonly #carrier: Carrier;
  #wanted = false;
  #asked = false;
  #reading = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(carrier: Carrier, make: typeof Duplex) {
    this.#carrier = carrier;
    this.stream = new make({
      allowHalfOpen: true,
      autoDestroy: false,
      read: () => {
        this.#asked = true;
        void this.#read();
      },
      write: (bytes: Uint8Array, _encoding, done) => {
        this.#sending = this.#write(bytes, done);
      },
    });
    this.stream.on('error', () => undefined); // it is told of faults, see `over`; it has none of its own
  }

  /** Whether what the peer sends is wanted now. */
  set wanted(value: boolean) {
    this.#wanted = value;
    if (value) void this.#read();
  }

  /** Fulfils when all that TLS has made so far is with the connection. */
  async flushed(): Promise<void> {
    await turn(); // TLS passes on what it makes a microtask later
    for (let last; last !== this.#sending;) {
      last = this.#sending;
      await last;
    }
  }

  closeWrite(): Promise<void> {
    return this.#carrier.closeWrite();
  }

  close(): void {
    this.stream.destroy();
    this.#carrier.close();
  }

  async #read(): Promise<void> {
    if (this.#reading || !this.#wanted || !this.#asked) return;
    this.#reading = true;
    try {
      const bytes = await this.#carrier.read();
      this.#reading = false;
      this.#asked = false;
      if (bytes === null) await this.#end();
      else this.stream.push(bytes);
    } catch (cause) {
      this.onFault(cause);
    }
  }

  async #end(): Promise<void> {
    await turn(); // what came just before may hold the end that TLS announces
    this.onFault(coded('ECONNRESET', 'the connection ended before TLS did'));
  }

  async #write(bytes: Uint8Array, done: () => void): Promise<void> {
    try {
      await this.#carrier.write(bytes);
      done();
    } catch (cause) {
      this.onFault(cause);
    }
  }
}

/** One turn of the event loop: every microtask that waits has run then. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
