import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How a server left: after its FIN, by a reset, or not at all. */
export type Ending = 'closed' | 'reset';

/** A socket without a protocol: for frames that no client would send. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #ended: Promise<Ending>;
  /** What came and was not taken; put together only when it is, as large answers come in many pieces. */
  #chunks: Buffer[] = [];
  #length = 0;
  #onData: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#onData();
    });
    this.#ended = new Promise((resolve) => {
      socket.once('end', () => {
        resolve('closed');
      });
      socket.once('error', () => {
        resolve('reset');
      });
      socket.once('close', () => {
        resolve('closed');
      });
    });
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Takes the next bytes, as many as asked for; fewer when the server left first. */
  async take(length: number): Promise<Buffer> {
    const ended = this.#ended.then(() => true);
    while (this.#length < length) {
      const more = new Promise<boolean>((resolve) => {
        this.#onData = () => {
          resolve(false);
        };
      });
      if (await Promise.race([ended, more])) break;
    }
    const all = Buffer.concat(this.#chunks);
    const taken = all.subarray(0, length);
    this.#chunks = [all.subarray(taken.length)];
    this.#length -= taken.length;
    return taken;
  }

  /** Waits for the server to leave. */
  ended(): Promise<Ending> {
    return this.#ended;
  }

  /** Sends FIN. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
