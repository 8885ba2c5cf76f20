import { deferred } from './adapter/deferred.ts';
import type { Deferred } from './adapter/deferred.ts';
import { disposed, refused, writeAfterEnd } from './adapter/refusals.ts';
import { TransportError } from './errors.ts';
import { Inlet } from './adapter/inlet.ts';
import type { Transport } from './transport.ts';

/** How an in-memory pair behaves. */
export interface MemoryOptions {
  /** `write` waits while this many bytes or more have not been read. Bytes, ≥ 1. @defaultValue 65536 */
  readonly highWaterMarkBytes?: number | undefined;
  /** Cuts each written chunk into the pieces the peer sees, to test that a reader does not rely on boundaries. */
  readonly chunk?: ((bytes: Uint8Array) => Iterable<Uint8Array>) | undefined;
  /** False makes it behave as a WebSocket does: the first `end()` closes both directions. @defaultValue true */
  readonly halfClose?: boolean | undefined;
}

/** Two connected transports: what one writes, the other reads. */
export interface MemoryPair {
  readonly near: Transport;
  readonly far: Transport;
}

/** One direction: a writer's side and the reader's inlet. Neither knows of the other direction. */
class Pipe {
  readonly inlet: Inlet<Uint8Array>;
  readonly #chunk: NonNullable<MemoryOptions['chunk']>;
  #room: Deferred<void> | undefined;
  #ending: Promise<void> | undefined;
  #fault: Error | undefined;
  #refusal: Error | undefined;
  readonly #onOver: () => void;
  readonly #halfClose: boolean;
  readonly #label: string;

  /** @param label - of the writer, for its errors */
  constructor(label: string, options: MemoryOptions, onOver: () => void) {
    this.#label = label;
    this.#chunk = options.chunk ?? ((bytes) => [bytes]);
    this.#onOver = onOver;
    this.#halfClose = options.halfClose ?? true;
    this.inlet = new Inlet<Uint8Array>({
      weigh: (bytes) => bytes.byteLength,
      highWaterMark: options.highWaterMarkBytes ?? 65_536,
      onHungry: () => {
        this.#room?.resolve();
        this.#room = undefined;
      },
    });
  }

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    if (this.#fault !== undefined) return refused(this.#fault);
    if (this.ended) return refused(this.#refusal ?? writeAfterEnd(this.#label));
    for (const bytes of chunks) {
      for (const piece of this.#chunk(bytes)) if (piece.byteLength > 0) this.inlet.push(piece);
    }
    return this.#welcome();
  }

  end(): Promise<void> {
    if (this.#ending !== undefined) return this.#ending;
    if (this.#fault !== undefined) return refused(this.#fault);
    const flushed = this.#welcome();
    this.#ending = flushed;
    this.inlet.end();
    // Where this closes the other direction too, it happens once all has been handed over, and not if it never is.
    if (this.#halfClose) this.#onOver();
    else void flushed.then(this.#onOver, () => undefined);
    return flushed;
  }

  /** What is queued is dropped, what comes is refused, and nobody is to blame: the other direction has ended. */
  close(refusal: Error): void {
    if (this.ended) return;
    this.#ending = Promise.resolve();
    this.#refusal = refusal;
    this.inlet.close();
    this.#room?.reject(refusal);
    this.#room = undefined;
  }

  /** Drops what is queued; the reader and the waiting writer get `fault`, or each its own. */
  cut(readerFault: Error, writerFault: Error): void {
    this.#fault = writerFault;
    this.inlet.abort(readerFault);
    this.#room?.reject(writerFault);
    this.#room = undefined;
  }

  #welcome(): Promise<void> {
    if (this.inlet.hungry) return Promise.resolve();
    this.#room ??= deferred();
    return this.#room.promise;
  }
}

/** What both directions share: how the connection as a whole ends, seen from one side. */
interface Life {
  readonly halfClose: boolean;
  readonly closed: Promise<Error | undefined>;
  readonly abort: (reason: Error) => void;
}

/** One end: writes into one pipe, reads the other's inlet. */
class MemoryTransport implements Transport {
  readonly label: string;
  readonly halfClose: boolean;
  readonly incoming: AsyncIterable<Uint8Array>;
  readonly closed: Promise<Error | undefined>;
  readonly #out: Pipe;
  readonly #abort: (reason: Error) => void;

  // eslint-disable-next-line max-params -- made in one place, in one line
  constructor(label: string, out: Pipe, incoming: Pipe, life: Life) {
    this.label = label;
    this.#out = out;
    this.incoming = incoming.inlet;
    this.halfClose = life.halfClose;
    this.closed = life.closed;
    this.#abort = life.abort;
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    return this.#out.write(chunks);
  }

  end(): Promise<void> {
    return this.#out.end();
  }

  abort(reason: Error): void {
    this.#abort(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort(disposed(this.label));
    await this.closed;
  }
}

/**
 * A connected pair in memory: real back-pressure, half-close and faults, no timers and no randomness, so a test that
 * uses it gives the same result each time. Chunks are passed on as they are, not copied.
 */
export function memoryPair(options: MemoryOptions = {}): MemoryPair {
  return labelledPair('memory://near', 'memory://far', options);
}

/** {@link memoryPair} with the labels each end shows, i.e. those of its peer. */
export function labelledPair(nearLabel: string, farLabel: string, options: MemoryOptions): MemoryPair {
  const { halfClose = true } = options;
  let settled = false;
  const nearClosed = deferred<Error | undefined>();
  const farClosed = deferred<Error | undefined>();
  const settle = (nearFault?: Error, farFault?: Error): void => {
    settled = true;
    nearClosed.resolve(nearFault);
    farClosed.resolve(farFault);
  };
  const onOver = (label: string, opposite: () => Pipe): void => {
    if (!halfClose) opposite().close(endedBy(label));
    if (toFar.ended && toNear.ended) settle();
  };
  const toFar: Pipe = new Pipe(nearLabel, options, () => onOver(farLabel, () => toNear));
  const toNear: Pipe = new Pipe(farLabel, options, () => onOver(nearLabel, () => toFar));
  const cut = (nearFault: Error, farFault: Error): void => {
    if (settled) return;
    toFar.cut(farFault, nearFault);
    toNear.cut(nearFault, farFault);
    settle(nearFault, farFault);
  };
  const near = {
    halfClose,
    closed: nearClosed.promise,
    abort: (reason: Error) => cut(reason, resetBy(farLabel, reason)),
  };
  const far = {
    halfClose,
    closed: farClosed.promise,
    abort: (reason: Error) => cut(resetBy(nearLabel, reason), reason),
  };
  return {
    near: new MemoryTransport(nearLabel, toFar, toNear, near),
    far: new MemoryTransport(farLabel, toNear, toFar, far),
  };
}

function resetBy(label: string, reason: Error): TransportError {
  return new TransportError('reset', `${label} was cut by the other side: dial again`, { cause: reason });
}

function endedBy(label: string): TransportError {
  return new TransportError('reset', `${label} has ended the connection, which cannot half-close: dial again`);
}
