import { SendWindow } from '../flow.ts';
import { messageBytes, unitBytes } from '../protocol.ts';
import type { Direction } from './from-client.ts';
import { Pace } from './pace.ts';

/** From the target to the client: as much as the client has acknowledged, the rest stays in the target's socket. */
export class ToClient {
  readonly #direction: Direction;
  readonly #window = new SendWindow();
  readonly #pace: Pace;
  #wake: (() => void) | undefined;
  #stopped = false;

  constructor(direction: Direction) {
    this.#direction = direction;
    this.#pace = new Pace(direction.maxBytesPerSecond);
  }

  /**
   * Passes on until the target has ended and the client has nearly everything.
   * @throws the target's fault
   */
  async run(): Promise<void> {
    for await (const chunk of this.#direction.transport.incoming) {
      for (let at = 0; at < chunk.byteLength && !this.#stopped; at += messageBytes) {
        await this.#pass(chunk.subarray(at, at + messageBytes));
      }
    }
    // What is under way would be lost if the closing handshake, which has a time limit, stood in line behind it.
    await this.#until(() => this.#window.outstanding < unitBytes && this.#direction.wire.isFlushed);
  }

  /** Books an acknowledgement. @returns false if it is for bytes never sent: the client breaks the protocol */
  acknowledged(): boolean {
    const isOwed = this.#window.acknowledged();
    this.wake();
    return isOwed;
  }

  /** Goes on if there is reason to. */
  wake(): void {
    this.#wake?.();
  }

  /** From here on, what the target says is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#pace.stop();
    this.wake();
  }

  async #pass(bytes: Uint8Array): Promise<void> {
    const { wire, onPassed } = this.#direction;
    const ms = this.#pace.book(bytes.byteLength);
    if (ms > 0) await this.#pace.wait(ms);
    const mayGo = (): boolean => this.#window.fits(bytes.byteLength) && wire.hasRoom;
    if (!mayGo()) await this.#until(mayGo);
    if (this.#stopped) return;
    this.#window.sent(bytes.byteLength);
    wire.send(bytes);
    onPassed(bytes.byteLength);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!this.#stopped && !condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
