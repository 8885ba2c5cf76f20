import { Deque } from '../core/deque.ts';

/** In front of each message: how long it is. Bytes. */
const LENGTH_BYTES = 4;
/** Memory is taken in pieces: small ones for queues that hold little, larger ones behind long queues. Bytes. */
const MIN_PIECE_BYTES = 1_024;
const MAX_PIECE_BYTES = 64 * 1_024;

/** A piece of memory with messages in it, one behind the other; what is written once stays as it is. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the next message goes. */
  end: number;
}

/** Told where in a list's memory a message was that has been taken. */
export interface Taker {
  /** It is from `from` to `to`, its length in front; nobody writes there again. */
  readonly taken: (bytes: Uint8Array, from: number, to: number) => void;
}

/** The messages in a part of a list's memory. */
export function messagesIn(bytes: Uint8Array, from: number, to: number): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = from; at < to;) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    messages.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return messages;
}

/**
 * The messages of a queue, first in, first out. They are copied in behind each other, for an object each would cost more
 * memory than most messages do; a small piece of a large frame cannot keep the rest of it in memory either.
 */
export class MessageList {
  readonly #pieces = new Deque<Piece>();
  /** Where new messages go: the last of the pieces. */
  #last: Piece | undefined;
  /** Where the next message is in the first piece. */
  #at = 0;
  /** Messages that came back; the last of them is the first to go again. */
  readonly #returned: Uint8Array[] = [];
  #length = 0;
  #bytes = 0;

  get length(): number {
    return this.#length;
  }

  /** Of all messages together. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a copy at the end. */
  push(message: Uint8Array): void {
    const size = LENGTH_BYTES + message.length;
    const last = this.#last;
    const piece = last !== undefined && last.end + size <= last.bytes.length ? last : this.#addPiece(size);
    piece.view.setUint32(piece.end, message.length);
    piece.bytes.set(message, piece.end + LENGTH_BYTES);
    piece.end += size;
    this.#count(message, 1);
  }

  /**
   * Takes the first one. It may be kept, and shares memory with its neighbours; nobody writes there again.
   * @param taker - told where it was, unless it had come back and is by itself
   */
  shift(taker?: Taker): Uint8Array | undefined {
    const message = this.#returned.pop() ?? this.#shiftPiece(taker);
    if (message !== undefined) this.#count(message, -1);
    return message;
  }

  /** Puts a copy of one back in front of all others. */
  unshift(message: Uint8Array): void {
    this.#returned.push(new Uint8Array(message)); // not `slice`, which is a view if it is a Node buffer
    this.#count(message, 1);
  }

  #count({ length }: Uint8Array, by: 1 | -1): void {
    this.#length += by;
    this.#bytes += by * length;
  }

  #addPiece(size: number): Piece {
    if (this.#last !== undefined && this.#pieces.length === 1 && this.#at === this.#last.end) this.#dropFirst();
    const usual = Math.min(Math.max(2 * this.#bytes, MIN_PIECE_BYTES), MAX_PIECE_BYTES);
    const bytes = new Uint8Array(Math.max(usual, size));
    const piece = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), end: 0 };
    this.#pieces.push(piece);
    this.#last = piece;
    return piece;
  }

  #shiftPiece(taker: Taker | undefined): Uint8Array | undefined {
    const piece = this.#pieces.at(0);
    if (piece === undefined || this.#at === piece.end) return undefined;
    const from = this.#at + LENGTH_BYTES;
    const end = from + piece.view.getUint32(this.#at);
    taker?.taken(piece.bytes, this.#at, end);
    this.#at = end;
    if (end === piece.end) this.#leave(piece);
    return piece.bytes.subarray(from, end);
  }

  /** All of a piece has been read: the next one is first, and an idle queue does not sit on a large one. */
  #leave(piece: Piece): void {
    if (piece === this.#last) {
      if (piece.bytes.length <= MIN_PIECE_BYTES) return;
      this.#last = undefined;
    }
    this.#dropFirst();
  }

  #dropFirst(): void {
    this.#pieces.shift();
    this.#at = 0;
  }
}
