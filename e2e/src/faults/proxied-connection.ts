import type { Socket } from 'node:net';
import type { Direction, Fault } from './fault.ts';
import { Pipe } from './pipe.ts';

/** A client's connection and the one to the server behind it, with a faulty pipe each way. */
export class ProxiedConnection {
  /** Settles when both sides are closed. Never rejects. */
  readonly over: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #pipes: Readonly<Record<Direction, Pipe>>;

  constructor(client: Socket, server: Socket, faults: Readonly<Record<Direction, Fault>>) {
    this.#client = client;
    this.#server = server;
    const reset = (): void => {
      this.reset();
    };
    this.#pipes = {
      'to-server': new Pipe(client, server, { fault: faults['to-server'], reset }),
      'to-client': new Pipe(server, client, { fault: faults['to-client'], reset }),
    };
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // A fault of one side is a fault of the other: a refused or reset server must not look like a quiet one.
      socket.on('error', () => {
        other.resetAndDestroy();
      });
      socket.on('close', () => {
        this.#pipes['to-server'].stop();
        this.#pipes['to-client'].stop();
      });
    }
    this.over = Promise.all([closed(client), closed(server)]).then(() => undefined);
  }

  set(direction: Direction, fault: Fault): void {
    this.#pipes[direction].set(fault);
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}

async function closed(socket: Socket): Promise<void> {
  if (socket.closed) return;
  // 'close' comes after every end, also after an error, which has a listener of its own.
  await new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
}
