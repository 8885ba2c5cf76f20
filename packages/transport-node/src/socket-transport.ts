import type { Socket } from 'node:net';
import type { Transport } from '@rmq/transport';
import { brokenConnection, deferred, disposed, Inlet, refused, writeAfterEnd } from '@rmq/transport/adapter';
import type { Deferred } from '@rmq/transport/adapter';

/**
 * How much unread data one connection holds before its socket is paused. Bytes. Twice what one read gives, so a reader
 * that keeps up never causes a pause, which costs a system call each way.
 */
const readAheadBytes = 128 * 1_024;

const nothing = new Uint8Array(0);

/** Shared: the answer to almost every write, so it costs no allocation. */
const welcome: Promise<void> = Promise.resolve();

/**
 * A connected socket as a {@link Transport}. It must have been opened with `allowHalfOpen`, and belongs to the transport
 * from here on: all its events are handled, `error` included, until it is gone.
 */
export class SocketTransport implements Transport {
  readonly label: string;
  readonly halfClose = true;
  readonly incoming: AsyncIterable<Uint8Array>;
  readonly closed: Promise<Error | undefined>;
  readonly #socket: Socket;
  readonly #tcp: Socket | undefined;
  readonly #inlet: Inlet<Uint8Array>;
  readonly #closed: Deferred<Error | undefined> = deferred();
  #drained: Deferred<void> | undefined;
  #ended: Deferred<void> | undefined;
  #fault: Error | undefined;
  #over = false;

  /** @param tcp - `socket` itself, or what carries it if that is TLS; undefined if that is gone already */
  constructor(socket: Socket, label: string, tcp: Socket | undefined) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.label = label;
    this.closed = this.#closed.promise;
    this.#inlet = new Inlet<Uint8Array>({
      weigh: (bytes) => bytes.byteLength,
      highWaterMark: readAheadBytes,
      // Called often: resume() of a socket that flows already is a few property reads, but isPaused() is one.
      onHungry: () => {
        if (socket.isPaused()) socket.resume();
      },
    });
    this.incoming = this.#inlet;
    // Paused before the listener is there, or attaching it would start the flow before anybody pulls.
    socket.pause();
    this.#listen(socket);
  }

  write(chunks: readonly Uint8Array[]): Promise<void> {
    if (this.#fault !== undefined) return refused(this.#fault);
    if (this.#ended !== undefined) return refused(writeAfterEnd(this.label));
    const more = this.#pass(chunks);
    if (more) return welcome;
    this.#drained ??= deferred();
    return this.#drained.promise;
  }

  end(): Promise<void> {
    if (this.#ended !== undefined) return this.#ended.promise;
    if (this.#fault !== undefined) return refused(this.#fault);
    this.#ended = deferred();
    this.#socket.end();
    return this.#ended.promise;
  }

  abort(reason: Error): void {
    if (this.#over || this.#fault !== undefined) return;
    this.#fail(reason);
    this.#inlet.abort(reason);
    this.#cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort(disposed(this.label));
    await this.closed;
  }

  /** One batch, one `writev`: corked, the socket hands all chunks to the kernel in one call, uncopied. */
  #pass(chunks: readonly Uint8Array[]): boolean {
    const [first] = chunks;
    if (first === undefined) return !this.#socket.writableNeedDrain;
    if (chunks.length === 1) return this.#socket.write(first);
    this.#socket.cork();
    let more = true;
    for (const chunk of chunks) more = this.#socket.write(chunk);
    this.#socket.uncork();
    return more;
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Uint8Array) => {
      // A Buffer, whose slice() is a view, and whose texts and JSON are others than those of bytes: it stays in here.
      if (!this.#inlet.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))) socket.pause();
    });
    socket.on('end', () => {
      this.#judgeEnd();
    });
    socket.on('drain', () => {
      this.#drained?.resolve();
      this.#drained = undefined;
    });
    socket.on('finish', () => {
      this.#ended?.resolve();
    });
    socket.on('error', (cause) => {
      if (this.#fault === undefined) this.#fail(brokenConnection(cause, this.label));
      socket.destroy(); // Node leaves a socket open after a TLS alert, waiting for our end of it
    });
    socket.on('close', () => {
      this.#close();
    });
  }

  /**
   * Node takes a reset that comes together with data for an end (libuv, on POLLHUP after a short read), and in TLS every
   * cut. A write of no bytes sends nothing, but the kernel answers it with the error it still has. After our own FIN
   * nothing can be asked any more.
   */
  #judgeEnd(): void {
    if (this.#fault !== undefined) return; // a TLS alert is an error followed by an end
    const tcp = this.#tcp;
    const end = (): void => {
      if (this.#fault === undefined) this.#inlet.end();
    };
    if (this.#socket.writableEnded || tcp?.writable !== true) {
      end();
      return;
    }
    tcp.write(nothing, (error) => {
      if (error === null || error === undefined) end();
    });
    // What waits to be written may wait for ever, but if the peer is gone, that is known by the next turn.
    if (tcp.writableLength > 0 || this.#socket.writableLength > 0) setImmediate(end);
  }

  /** Writers learn of a fault at once, `incoming` when the socket is gone: there may be data in front of the fault. */
  #fail(fault: Error): void {
    this.#fault = fault;
    this.#drained?.reject(fault);
    this.#drained = undefined;
    this.#ended?.reject(fault); // no effect after `finish`
  }

  #close(): void {
    this.#over = true;
    const clean = this.#socket.readableEnded && this.#socket.writableFinished;
    if (this.#fault === undefined && !clean) this.#fail(brokenConnection(undefined, this.label));
    if (this.#fault === undefined) this.#inlet.end();
    else this.#inlet.fail(this.#fault);
    this.#closed.resolve(this.#fault);
  }

  /** RST rather than FIN, so that the peer does not take half a stream for a whole one: Node tells no TLS end from a FIN. */
  #cut(): void {
    // With a FIN under way the kernel refuses to reset, and Node would then leave the handle open.
    if (this.#socket.writableEnded || this.#tcp === undefined) this.#socket.destroy();
    else this.#tcp.resetAndDestroy();
  }
}
