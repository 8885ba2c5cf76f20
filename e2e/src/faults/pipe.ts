import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault.ts';

/** What is held back at most before the sender is no longer read. Bytes. */
const maxHeld = 1024 * 1024;

/** Settings of a pipe. */
export interface PipeOptions {
  readonly fault: Fault;
  /** Called when the fault asks for a reset of the connection. */
  readonly reset: () => void;
}

interface Held {
  /** When it may be passed on, epoch milliseconds before any delay. */
  readonly since: number;
  /** Undefined stands for the end of the stream. */
  readonly bytes: Uint8Array | undefined;
}

/** Carries bytes from one socket to another, subject to a fault that can change at any time. */
export class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #reset: () => void;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #fault: Fault;
  #untilReset: number;
  #stopped = false;
  /** Settles when something changed that may let the pump go on: new bytes, another fault, the end. */
  #wake: () => void = () => undefined;

  constructor(from: Socket, to: Socket, options: PipeOptions) {
    this.#from = from;
    this.#to = to;
    this.#reset = options.reset;
    this.#fault = options.fault;
    this.#untilReset = options.fault.resetAfterBytes ?? Infinity;
    from.on('data', (bytes: Uint8Array) => {
      this.#hold(bytes);
    });
    from.on('end', () => {
      this.#hold(undefined);
    });
    void this.#pump();
  }

  set(fault: Fault): void {
    this.#fault = fault;
    this.#untilReset = fault.resetAfterBytes ?? Infinity;
    this.#wake();
  }

  /** Ends the pump; what is held back is lost. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  #hold(bytes: Uint8Array | undefined): void {
    this.#held.push({ since: Date.now(), bytes });
    this.#heldBytes += bytes?.length ?? 0;
    if (this.#heldBytes >= maxHeld) this.#from.pause();
    this.#wake();
  }

  async #pump(): Promise<void> {
    while (!this.#stopped) {
      const next = this.#held[0];
      const wait =
        next === undefined || this.#fault.stalled === true
          ? Infinity
          : next.since + (this.#fault.delayMs ?? 0) - Date.now();
      if (next === undefined || wait > 0) {
        await this.#changed(wait);
        continue;
      }
      this.#held.shift();
      this.#heldBytes -= next.bytes?.length ?? 0;
      if (this.#heldBytes < maxHeld) this.#from.resume();
      if (next.bytes === undefined) this.#to.end();
      else await this.#pass(next.bytes);
    }
  }

  /** Waits for a change, at most `ms`. */
  async #changed(ms: number): Promise<void> {
    const timer = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const late = Number.isFinite(ms) ? delay(ms, undefined, { signal: timer.signal }).catch(() => undefined) : woken;
    await Promise.race([woken, late]);
    timer.abort();
  }

  async #pass(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#stopped;) {
      // Read anew for each piece: the fault may change while a large chunk is on its way.
      const size = Math.min(this.#fault.chunkBytes ?? bytes.length, bytes.length - at, this.#untilReset);
      await this.#write(bytes.subarray(at, at + size));
      at += size;
      this.#untilReset -= size;
      if (this.#untilReset <= 0) {
        this.#reset();
        return;
      }
      // Two writes in one turn would leave as one segment.
      if (at < bytes.length) await nextTurn();
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#to.destroyed || this.#to.write(bytes)) return;
    await Promise.race([once(this.#to, 'drain'), once(this.#to, 'close')]).catch(() => undefined);
  }
}
