import type { Carrier } from './carrier.ts';

/** How much memory is set aside for reading, at first and at most. Bytes. */
const firstSlab = 4 * 1_024;
const largestSlab = 256 * 1_024;

/** A TCP connection as a {@link Carrier}, with the options that one has. */
export function tcpCarrier(
  conn: Deno.TcpConn,
  options: { readonly noDelay: boolean; readonly keepAliveMs: number },
): Carrier {
  try {
    conn.setNoDelay(options.noDelay);
    conn.setKeepAlive(options.keepAliveMs > 0);
  } catch {
    // Some systems refuse this to a connection that has broken already: the first read will say so.
  }
  return new ConnCarrier(conn);
}

/**
 * A connection of Deno's as a {@link Carrier}.
 *
 * Deno reads into memory it is given, and a read is under way all the time, also on an idle connection. So the memory
 * grows with what comes: a connection of small messages costs 4 KiB, and many of them share one piece; one that fills
 * all it is offered gets 256 KiB at a time. No byte is ever read into twice: what was handed out is its reader's for ever.
 */
class ConnCarrier implements Carrier {
  readonly #conn: Deno.TcpConn;
  #slab: Uint8Array = new Uint8Array(0);
  #used = 0;
  #size = firstSlab;
  #small = 0;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  async read(): Promise<Uint8Array | null> {
    const space = this.#space();
    const count = await this.#conn.read(space);
    if (count === null) return null;
    this.#used += count;
    if (count === space.byteLength) this.#size = Math.min(this.#size * 4, largestSlab);
    else this.#shrink(count);
    return space.subarray(0, count);
  }

  async write(bytes: Uint8Array): Promise<void> {
    // Deno hands to the kernel what that takes at once: of 1 MiB perhaps 600 KiB.
    for (let at = 0; at < bytes.byteLength;) at += await this.#conn.write(at === 0 ? bytes : bytes.subarray(at));
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    this.#conn[Symbol.dispose](); // close() that may be called twice
  }

  /** Only after many small reads: in the middle of a stream there are some between the large ones. */
  #shrink(count: number): void {
    this.#small = count * 8 < this.#size ? this.#small + 1 : 0;
    if (this.#small < 32 || this.#size === firstSlab) return;
    this.#size /= 2;
    this.#small = 0;
  }

  /** What is left of the slab, or a new one once that is little. */
  #space(): Uint8Array {
    if ((this.#slab.byteLength - this.#used) * 4 < this.#size) {
      this.#slab = new Uint8Array(this.#size);
      this.#used = 0;
    }
    return this.#slab.subarray(this.#used);
  }
}
