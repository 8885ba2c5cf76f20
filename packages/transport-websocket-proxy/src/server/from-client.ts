import type { Transport } from '@rmq/transport';
import { ReceiveWindow } from '../flow.ts';
import { emptyMessage } from '../protocol.ts';
import { Outlet } from './outlet.ts';
import { Pace } from './pace.ts';
import type { Wire } from './wire.ts';

/** What the two directions of a connection are given. */
export interface Direction {
  readonly transport: Transport;
  readonly wire: Wire;
  /** 0: no limit. */
  readonly maxBytesPerSecond: number;
  /** Told of bytes passed on. */
  readonly onPassed: (bytes: number) => void;
}

/** From the client to the target. What the target has taken is acknowledged, which lets the client send more. */
export class FromClient {
  readonly #direction: Direction;
  readonly #window = new ReceiveWindow();
  readonly #outlet: Outlet;
  readonly #pace: Pace;
  /** Taken by the target, but not to be acknowledged before its time. Bytes. */
  #held = 0;
  /** Acknowledgements that the client's socket has no room for: a client that does not read them gets no more. */
  #owed = 0;
  #stopped = false;

  constructor(direction: Direction) {
    this.#direction = direction;
    this.#pace = new Pace(direction.maxBytesPerSecond);
    this.#outlet = new Outlet(direction.transport, (bytes) => {
      this.#taken(bytes);
    });
  }

  /** Takes data. @returns false if it is more than the client may send: it breaks the protocol */
  receive(bytes: Uint8Array): boolean {
    if (!this.#window.received(bytes.byteLength)) return false;
    this.#outlet.push(bytes);
    return true;
  }

  /** Sends what acknowledgements there is room for. */
  acknowledge(): void {
    while (this.#owed > 0 && !this.#stopped && this.#direction.wire.hasRoom) {
      this.#owed -= 1;
      this.#direction.wire.send(emptyMessage);
    }
  }

  /** Passes on what is left, then FIN. Never rejects. */
  async end(): Promise<void> {
    await this.#outlet.flushed();
    await this.#direction.transport.end().catch(() => undefined);
  }

  /** No more acknowledgements. */
  stop(): void {
    this.#stopped = true;
    this.#pace.stop();
  }

  #taken(bytes: number): void {
    this.#direction.onPassed(bytes);
    if (this.#stopped) return;
    const ms = this.#pace.book(bytes);
    const isWaiting = this.#held > 0;
    this.#held += bytes;
    if (isWaiting) return;
    if (ms === 0) this.#release();
    else void this.#pace.wait(ms).then(() => this.#release());
  }

  #release(): void {
    this.#owed += this.#window.passedOn(this.#held);
    this.#held = 0;
    this.acknowledge();
  }
}
