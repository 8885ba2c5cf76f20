import type { Carrier } from './carrier.ts';

/**
 * How much a connection reads at a time, at first and at most: memory for 128 KiB or more would come from the system, page
 * by page. Bytes.
 */
const firstSize = 4 * 1_024;
const largestSize = 96 * 1_024;

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
 * Deno reads into memory it is given, and a read is under way all the time, also on an idle connection. So that memory
 * grows with what comes, and what came is copied out: a reader who keeps a small piece keeps nothing else.
 */
class ConnCarrier implements Carrier {
  readonly #conn: Deno.TcpConn;
  #space = new Uint8Array(firstSize);
  /** How many reads in a row left most of it empty. */
  #small = 0;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  async read(): Promise<Uint8Array | null> {
    const count = await this.#conn.read(this.#space);
    if (count === null) return null;
    const bytes = this.#space.slice(0, count);
    this.#fit(count);
    return bytes;
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

  /** More room after a read that filled it; less only after many small ones, as some are in the middle of a stream. */
  #fit(count: number): void {
    const { length } = this.#space;
    this.#small = count * 8 < length ? this.#small + 1 : 0;
    if (count === length && length < largestSize) this.#space = new Uint8Array(Math.min(length * 4, largestSize));
    else if (this.#small === 32 && length > firstSize) {
      this.#space = new Uint8Array(Math.max(length / 4, firstSize));
      this.#small = 0;
    }
  }
}
