import type { FrameDecoder, Writer } from '@rmq/protocol/bytes';
import type { Transport } from '@rmq/transport';
import type { Clock } from './clock.ts';
import { Outbox } from './outbox.ts';

/** What a {@link Wire} works with. */
export interface WireOptions<Frame extends object> {
  readonly clock: Clock;
  /** A protocol's own, for one connection. */
  readonly decoder: FrameDecoder<Frame>;
}

/** Frames to and from one transport, and when they came and went. A connection has a new one each time it opens. */
export class Wire<Frame extends object> {
  readonly outbox: Outbox;
  readonly #transport: Transport;
  readonly #options: WireOptions<Frame>;
  /** When something last came, and when something last went. Epoch milliseconds. */
  #receivedAt: number;
  #sentAt: number;

  constructor(transport: Transport, options: WireOptions<Frame>) {
    this.outbox = new Outbox(transport);
    this.#transport = transport;
    this.#options = options;
    this.#receivedAt = this.#sentAt = options.clock.now();
  }

  get receivedAt(): number {
    return this.#receivedAt;
  }

  get sentAt(): number {
    return this.#sentAt;
  }

  get movedAt(): number {
    return Math.max(this.#receivedAt, this.#sentAt);
  }

  /** @param head - writes everything in front of the body; nothing is sent if it throws */
  send(head: (writer: Writer) => void, body: Uint8Array | undefined, now: number): void {
    this.outbox.add(head, body);
    this.#sentAt = now;
  }

  /** Reads until the end. @returns what broke it, undefined when the server closed it between two frames */
  async read(onFrame: (frame: Frame) => void): Promise<unknown> {
    const { clock, decoder } = this.#options;
    try {
      for await (const chunk of this.#transport.incoming) {
        this.#receivedAt = clock.now();
        decoder.push(chunk);
        for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) onFrame(frame);
      }
      decoder.end();
      return undefined;
    } catch (cause) {
      return cause;
    }
  }

  /** Sends what is queued, then tells the server that nothing follows. */
  async end(): Promise<void> {
    await this.outbox.drained();
    await this.#transport.end();
  }

  abort(reason: Error): void {
    this.#transport.abort(reason);
  }
}
