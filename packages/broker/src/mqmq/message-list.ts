import { Deque } from '../core/deque.ts';
import type { Answers } from './answers.ts';
import { HEAD_BYTES, LENGTH_BYTES, sizeAt, viewOf, writeHead } from './answers.ts';

/** Memory is taken in pieces: small ones for queues that hold little, larger ones behind long queues. Bytes. */
const MIN_PIECE_BYTES = 1_024;
const MAX_PIECE_BYTES = 64 * 1_024;

/** A piece of memory with messages in it, one behind the other; what is written once stays as it is. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the first message is. */
  at: number;
  /** Where the next message goes. */
  end: number;
}

/**
 * The messages of a queue, first in, first out. They are copied in behind each other, for an object each would cost more
 * memory than most messages do; a small piece of a large frame cannot keep the rest of it in memory either. Each is there
 * as the answer to the Get that will take it, so that those taken one behind the other can be sent as they are.
 */
export class MessageList {
  readonly #pieces = new Deque<Piece>();
  /** Where new messages go: the last of the pieces. */
  #last: Piece | undefined;
  /** Messages that came back; the last of these pieces is the first to be emptied again. */
  readonly #returned: Piece[] = [];
  #length = 0;
  #bytes = 0;

  get length(): number {
    return this.#length;
  }

  /** Of all messages together, as answers. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a copy at the end. */
  push(message: Uint8Array): void {
    const size = HEAD_BYTES + message.length;
    const last = this.#last;
    const piece = last !== undefined && last.end + size <= last.bytes.length ? last : this.#addPiece(size);
    writeHead(piece.view, piece.end, message.length);
    piece.bytes.set(message, piece.end + HEAD_BYTES);
    piece.end += size;
    this.#length += 1;
    this.#bytes += size;
  }

  /** So much memory is left behind the last message. Bytes. */
  get room(): number {
    return this.#last === undefined ? 0 : this.#last.bytes.length - this.#last.end;
  }

  /**
   * Adds copies of all messages in Puts, for which there is {@link room}. The Puts are copied at once and then each message
   * to its place, as a view for each would take longer than all else.
   * @param head - what is in front of each message. Bytes, more than in an answer
   * @returns how many
   */
  pushAll(puts: Uint8Array, head: number): number {
    const piece = this.#last;
    if (piece === undefined) return 0;
    const { bytes, view, end } = piece;
    bytes.set(puts, end);
    let messages = 0;
    for (let from = end + head; from <= end + puts.length; messages += 1) {
      const length = view.getUint32(from - LENGTH_BYTES);
      writeHead(view, piece.end, length);
      bytes.copyWithin(piece.end + HEAD_BYTES, from, from + length);
      piece.end += HEAD_BYTES + length;
      from += length + head;
    }
    this.#length += messages;
    this.#bytes += piece.end - end;
    return messages;
  }

  /** Takes the first one. @returns `before`, grown, if it was right behind these; else the answer by itself */
  shift(before?: Answers): Answers | undefined {
    const piece = this.#returned.at(-1) ?? this.#pieces.at(0);
    if (piece === undefined || piece.at === piece.end) return undefined;
    const { bytes, at } = piece;
    const size = sizeAt(piece.view, at);
    piece.at += size;
    this.#length -= 1;
    this.#bytes -= size;
    if (piece.at === piece.end) this.#leave(piece);
    if (before?.bytes !== bytes || before.to !== at) return { bytes, from: at, to: at + size };
    before.to += size;
    return before;
  }

  /** Puts copies of some back in front of all others. @returns how many messages they are */
  unshift({ bytes, from, to }: Answers): number {
    const piece = pieceOf(bytes.slice(from, to));
    piece.end = to - from;
    this.#returned.push(piece);
    let messages = 0;
    for (let at = 0; at < piece.end; at += sizeAt(piece.view, at)) messages += 1;
    this.#length += messages;
    this.#bytes += piece.end;
    return messages;
  }

  #addPiece(size: number): Piece {
    if (this.#last !== undefined && this.#last.at === this.#last.end) this.#pieces.shift(); // all others have been left
    const usual = Math.min(Math.max(2 * this.#bytes, MIN_PIECE_BYTES), MAX_PIECE_BYTES);
    const piece = pieceOf(new Uint8Array(Math.max(usual, size)));
    this.#pieces.push(piece);
    this.#last = piece;
    return piece;
  }

  /** All of a piece has been read: the next one is first, and an idle queue does not sit on a large one. */
  #leave(piece: Piece): void {
    if (piece === this.#returned.at(-1)) {
      this.#returned.pop();
      return;
    }
    if (piece === this.#last) {
      if (piece.bytes.length <= MIN_PIECE_BYTES) return;
      this.#last = undefined;
    }
    this.#pieces.shift();
  }
}

function pieceOf(bytes: Uint8Array): Piece {
  return { bytes, view: viewOf(bytes), at: 0, end: 0 };
}
