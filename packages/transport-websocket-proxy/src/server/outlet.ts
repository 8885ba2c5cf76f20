import type { Transport } from '@rmq/transport';

/** What is smaller is copied together while the target is busy: an object per byte would weigh a hundred times the byte. */
const copiedBelowBytes = 16_384;

/** So much goes to the target in one write; the more, the longer a client waits to hear that some was taken. Bytes. */
const batchBytes = 262_144;

/**
 * What a client sent, on its way to the target: passed on at once while the target keeps up, else queued. How much may be
 * queued is the business of the window.
 */
export class Outlet {
  readonly #transport: Transport;
  readonly #onTaken: (bytes: number) => void;
  #queue: Uint8Array[] = [];
  /** The last of the queue while small messages are being copied into it, and how full it is. */
  #block: Uint8Array | undefined;
  #filled = 0;
  #writing: Promise<void> | undefined;

  /** @param onTaken - told of bytes that the target's socket has taken */
  constructor(transport: Transport, onTaken: (bytes: number) => void) {
    this.#transport = transport;
    this.#onTaken = onTaken;
  }

  push(bytes: Uint8Array): void {
    if (this.#writing === undefined) {
      this.#writing = this.#write([bytes]);
      return;
    }
    if (bytes.byteLength < copiedBelowBytes) this.#copy(bytes);
    else {
      this.#seal();
      this.#queue.push(bytes);
    }
  }

  /** Settles when nothing is queued any more: everything was taken, or the target is gone. Never rejects. */
  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #write(first: readonly Uint8Array[]): Promise<void> {
    try {
      for (let batch = first; batch.length > 0; batch = this.#next()) {
        await this.#transport.write(batch);
        this.#onTaken(batch.reduce((sum, { byteLength }) => sum + byteLength, 0));
      }
    } catch {
      // The same fault ends the reading of the target, where it is dealt with.
      this.#queue = [];
      this.#block = undefined;
    }
    this.#writing = undefined;
  }

  #next(): readonly Uint8Array[] {
    this.#seal();
    let sum = 0;
    const count = this.#queue.findIndex(({ byteLength }) => (sum += byteLength) > batchBytes);
    return this.#queue.splice(0, count === -1 ? this.#queue.length : Math.max(count, 1));
  }

  #copy(bytes: Uint8Array): void {
    if (this.#block !== undefined && this.#filled + bytes.byteLength > this.#block.byteLength) this.#seal();
    this.#block ??= new Uint8Array(copiedBelowBytes);
    this.#block.set(bytes, this.#filled);
    this.#filled += bytes.byteLength;
  }

  /** What is in the block now is a chunk like others. */
  #seal(): void {
    if (this.#block !== undefined) this.#queue.push(this.#block.subarray(0, this.#filled));
    this.#block = undefined;
    this.#filled = 0;
  }
}
