/** Which way bytes travel. */
export type Direction = 'to-server' | 'to-client';

/** What happens to the bytes of one direction. Fields combine; none means they are passed on as they come. */
export interface Fault {
  /** Each byte arrives this much later, in order and without making the line narrower. Milliseconds. */
  readonly delayMs?: number | undefined;
  /** Nothing is passed on, and after a while nothing read, while the connection looks alive. */
  readonly stalled?: boolean | undefined;
  /** Passed on in writes of at most this many bytes, a turn of the event loop apart. */
  readonly chunkBytes?: number | undefined;
  /** Reset the connection once this many more bytes have been passed on: in the middle of a frame, say. */
  readonly resetAfterBytes?: number | undefined;
}

/** Passes everything on. */
export const noFault: Fault = Object.freeze({});
