import { ProtocolError } from '../errors.ts';
import { ByteQueue, type Read } from './byte-queue.ts';

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

/**
 * Cuts a stream of chunks into frames: push, then iterate until it has no more.
 *
 * The end of the iteration means "need more bytes". Frames before a fault come out first; from then on the decoder
 * throws that same fault, as nothing behind it can be trusted. All state is in the decoder: leaving a loop early loses
 * nothing.
 */
export class FrameDecoder<Frame extends object> implements Iterable<Frame> {
  #queue = new ByteQueue();
  readonly #framing: Framing<Frame>;
  readonly #maxFrameBytes: number;
  #fault: ProtocolError | undefined;

  constructor(framing: Framing<Frame>, { maxFrameBytes }: FrameDecoderOptions) {
    this.#framing = framing;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes held of a frame that is not whole yet. */
  get buffered(): number {
    return this.#queue.length;
  }

  /** Adds what arrived. The chunk must never change again: frames are views of it. */
  push(chunk: Uint8Array): this {
    if (this.#fault === undefined) this.#queue.push(chunk);
    return this;
  }

  /**
   * The next whole frame, or undefined while there is none.
   * @throws ProtocolError whatever is wrong with the frame, `frame-too-large` among others; the same one ever after.
   */
  next(): Frame | undefined {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      const size = this.#wholeFrame();
      return size === undefined ? undefined : this.#queue.take(size, this.#framing.decode);
    } catch (cause) {
      this.#queue = new ByteQueue(); // nothing behind a fault counts
      throw (this.#fault =
        cause instanceof ProtocolError
          ? cause
          : new ProtocolError('frame-malformed', 'a frame could not be read', { cause }));
    }
  }

  /** Tells that no more bytes will come. @throws ProtocolError `truncated` when half a frame is left. */
  end(): void {
    if (this.#fault !== undefined) throw this.#fault;
    const { length } = this.#queue;
    if (length === 0) return;
    throw (this.#fault = new ProtocolError('truncated', `the stream ended ${length} bytes into a frame`));
  }

  [Symbol.iterator](): Iterator<Frame, undefined> {
    return {
      next: () => {
        const frame = this.next();
        return frame === undefined ? { value: undefined, done: true } : { value: frame, done: false };
      },
    };
  }

  #wholeFrame(): number | undefined {
    const { prefix } = this.#framing;
    if (this.#queue.length < prefix) return undefined;
    const size = this.#queue.read(prefix, this.#framing.size);
    if (size > this.#maxFrameBytes) {
      throw new ProtocolError('frame-too-large', `a frame of ${size} bytes, limit ${this.#maxFrameBytes}`);
    }
    return this.#queue.length < size ? undefined : size;
  }
}
