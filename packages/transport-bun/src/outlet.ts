/** What an {@link Outlet} writes to: Bun's socket, which takes what the kernel has room for and keeps nothing. */
interface Sink {
  /** @returns how many bytes it took; -1 when the connection is gone. */
  write(bytes: Uint8Array): number;
}

/**
 * Chunks that wait are sent together, as one copy of at most this many bytes; larger ones are sent uncopied. Bun has no
 * `writev`, and a system call costs more than copying this much.
 */
const mergeBytes = 64 * 1_024;

/** The writing side of a socket: keeps what Bun did not take, in order, until there is room again. */
export class Outlet {
  readonly #sink: Sink;
  #queue: Uint8Array[] = [];
  /** Taken from the queue already and sent only in part. */
  #rest: Uint8Array | undefined;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** Nothing waits to be written. */
  get empty(): boolean {
    return this.#rest === undefined && this.#queue.length === 0;
  }

  /** Sends a batch, or queues it behind what waits. @returns {@link empty} */
  write(chunks: readonly Uint8Array[]): boolean {
    if (!this.empty) {
      for (const chunk of chunks) this.#queue.push(chunk);
      return false;
    }
    const [first] = chunks;
    if (chunks.length === 1 && first !== undefined) return this.#send(first);
    this.#queue = packed(chunks);
    return this.flush();
  }

  /** Sends as much as there is room for; to be called again when there is more. @returns {@link empty} */
  flush(): boolean {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined && !this.#send(rest)) return false;
    const queue = packed(this.#queue);
    for (const [index, bytes] of queue.entries()) {
      if (this.#send(bytes)) continue;
      this.#queue = queue.slice(index + 1);
      return false;
    }
    this.#queue = [];
    return true;
  }

  /** Drops what waits. */
  clear(): void {
    this.#rest = undefined;
    this.#queue = [];
  }

  /** @returns false if a rest of it has to wait. */
  #send(bytes: Uint8Array): boolean {
    if (bytes.byteLength === 0) return true;
    const taken = this.#sink.write(bytes);
    if (taken === bytes.byteLength) return true;
    this.#rest = taken > 0 ? bytes.subarray(taken) : bytes; // -1: the connection is gone, its `close` event follows
    return false;
  }
}

/** The same bytes in as few chunks as is worth the copying. */
function packed(chunks: readonly Uint8Array[]): Uint8Array[] {
  const packs: Uint8Array[] = [];
  let from = 0;
  let total = 0;
  for (const [index, { byteLength }] of chunks.entries()) {
    if (index > from && total + byteLength > mergeBytes) {
      packs.push(joined(chunks, from, index));
      from = index;
      total = 0;
    }
    total += byteLength;
  }
  if (from < chunks.length) packs.push(joined(chunks, from, chunks.length));
  return packs;
}

/** Chunks `from` to `to`, which may be one and is then not copied. */
function joined(chunks: readonly Uint8Array[], from: number, to: number): Uint8Array {
  const group = chunks.slice(from, to);
  const [first] = group;
  if (group.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(group.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of group) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
