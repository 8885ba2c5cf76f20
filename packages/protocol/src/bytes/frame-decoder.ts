import { ProtocolError } from '../errors.ts';

/** Reads the bytes from `at` to `end`, where they are: small things are read faster than a view of them is made. */
export type Read<T> = (bytes: Uint8Array, at: number, end: number) => T;

/** What a protocol says about its frames; the rest is {@link FrameDecoder}. */
export interface Framing<Frame> {
  /** Bytes needed before {@link size} can answer. */
  readonly prefix: number;
  /** Bytes of the whole frame, prefix included, as the peer claims. The prefix begins at `at`. */
  readonly size: (bytes: Uint8Array, at: number) => number;
  /** Reads one whole frame, which is as long as {@link size} said. Views of `bytes` may be kept. */
  readonly decode: Read<Frame>;
}

/** How much a {@link FrameDecoder} takes. */
export interface FrameDecoderOptions {
  /** A frame that claims more is refused before it is buffered. Bytes, prefix included. */
  readonly maxFrameBytes: number;
}

/** A chunk, and the one that came behind it: however many there are, the first is let go of at once. */
interface Link {
  readonly bytes: Uint8Array;
  next?: Link;
}

/**
 * Cuts a stream of chunks into frames: push, then iterate until it has no more.
 *
 * The end of the iteration means "need more bytes". Frames before a fault come out first; from then on the decoder
 * throws that same fault, as nothing behind it can be trusted. All state is in the decoder: leaving a loop early loses
 * nothing. A frame inside one chunk is read there; only what straddles chunks is copied, once it is whole.
 */
export class FrameDecoder<Frame extends object> implements Iterable<Frame> {
  readonly #framing: Framing<Frame>;
  readonly #maxFrameBytes: number;
  #first: Link | undefined;
  #last: Link | undefined;
  /** Where the first unread byte is in the first chunk. */
  #at = 0;
  #buffered = 0;
  #fault: ProtocolError | undefined;

  constructor(framing: Framing<Frame>, { maxFrameBytes }: FrameDecoderOptions) {
    this.#framing = framing;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes held of a frame that is not whole yet. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Adds what arrived. The chunk must never change again: frames are views of it. */
  push(bytes: Uint8Array): this {
    if (this.#fault !== undefined || bytes.length === 0) return this;
    const link: Link = { bytes };
    if (this.#last === undefined) this.#first = link;
    else this.#last.next = link;
    this.#last = link;
    this.#buffered += bytes.length;
    return this;
  }

  /**
   * The next whole frame, or undefined while there is none.
   * @throws ProtocolError whatever is wrong with the frame, `frame-too-large` among others; the same one ever after.
   */
  next(): Frame | undefined {
    if (this.#fault !== undefined) throw this.#fault;
    const { prefix, size, decode } = this.#framing;
    if (this.#buffered < prefix) return undefined;
    try {
      const bytes = this.#read(prefix, size);
      if (bytes > this.#maxFrameBytes) {
        throw new ProtocolError('frame-too-large', `a frame of ${bytes} bytes, limit ${this.#maxFrameBytes}`);
      }
      if (this.#buffered < bytes) return undefined;
      const frame = this.#read(bytes, decode);
      this.#drop(bytes);
      return frame;
    } catch (cause) {
      this.#drop(this.#buffered); // nothing behind a fault counts
      throw (this.#fault =
        cause instanceof ProtocolError
          ? cause
          : new ProtocolError('frame-malformed', 'a frame could not be read', { cause }));
    }
  }

  /** Tells that no more bytes will come. @throws ProtocolError `truncated` when half a frame is left. */
  end(): void {
    if (this.#buffered > 0) {
      this.#fault ??= new ProtocolError('truncated', `the stream ended ${this.#buffered} bytes into a frame`);
    }
    if (this.#fault !== undefined) throw this.#fault;
  }

  *[Symbol.iterator](): Generator<Frame, undefined> {
    for (let frame = this.next(); frame !== undefined; frame = this.next()) yield frame;
  }

  /** What `read` makes of the next `length` bytes. There are as many. */
  #read<T>(length: number, read: Read<T>): T {
    const end = this.#at + length;
    let link = this.#first;
    if (link !== undefined && end <= link.bytes.length) return read(link.bytes, this.#at, end);
    const whole = new Uint8Array(length);
    for (let at = -this.#at; link !== undefined && at < length; link = link.next) {
      whole.set(link.bytes.subarray(at < 0 ? -at : 0, length - at), at < 0 ? 0 : at);
      at += link.bytes.length;
    }
    return read(whole, 0, length);
  }

  /** The next `length` bytes have been read. */
  #drop(length: number): void {
    this.#buffered -= length;
    this.#at += length;
    while (this.#first !== undefined && this.#at >= this.#first.bytes.length) {
      this.#at -= this.#first.bytes.length;
      this.#first = this.#first.next;
    }
    if (this.#first === undefined) this.#last = undefined;
  }
}
