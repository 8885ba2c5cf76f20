import type { Listener, Transport } from '@rmq/transport';
import { every } from '../core/clock.ts';
import { ConnectionEnd } from '../core/connection-end.ts';
import type { ConnectionParts } from './connection.ts';
import { Connection } from './connection.ts';
import type { ResolvedOptions } from './options.ts';

/** Idle connections are looked for so often, or twice in the time they are allowed. Milliseconds. */
const SCAN_MS = 10_000;

/** What a {@link Server} is made of. */
export interface ServerParts extends ConnectionParts {
  readonly options: ResolvedOptions;
}

/** Accepts connections and keeps track of them. */
export class Server {
  readonly #listener: Listener;
  readonly #parts: ServerParts;
  readonly #connections = new Map<Connection, Promise<void>>();
  /** The last that is over, alone. V8 throws away what it compiled for objects when there are none of their kind any more. */
  readonly #last: Connection[] = [];
  readonly #stopScanning: () => void;
  readonly #accepting: Promise<void>;
  #size = 0;

  constructor(listener: Listener, parts: ServerParts) {
    const { idleTimeoutMs } = parts.options;
    this.#listener = listener;
    this.#parts = parts;
    this.#stopScanning = idleTimeoutMs === undefined ? () => undefined : this.#scanEvery(idleTimeoutMs);
    // A listener that fails ends like one that was disposed: connections live on, there are only no new ones.
    this.#accepting = this.#accept().catch(() => undefined);
  }

  /** How many connections may ask something: those that are about to end are not counted. */
  get size(): number {
    return this.#size;
  }

  /** Stops listening, then ends all connections. Never rejects. */
  async close(): Promise<void> {
    this.#stopScanning();
    await this.#listener[Symbol.asyncDispose]();
    await this.#accepting;
    const running = [...this.#connections];
    await Promise.all(running.map(([connection]) => connection.close()));
    await Promise.all(running.map(([, over]) => over));
    this.#last.length = 0;
  }

  async #accept(): Promise<void> {
    const { emit, options } = this.#parts;
    for await (const transport of this.#listener.incoming) {
      if (this.#connections.size < options.maxConnections) this.#serve(transport);
      else {
        emit({ type: 'connection.refused', level: 'warn', client: transport.label });
        transport.abort(new ConnectionEnd('idle', `${options.maxConnections} connections are open already`));
      }
    }
  }

  #serve(transport: Transport): void {
    this.#size += 1;
    const connection = new Connection(transport, this.#parts, () => {
      this.#size -= 1;
    });
    const over = connection.run().then(() => {
      this.#connections.delete(connection);
      this.#last[0] = connection;
    });
    this.#connections.set(connection, over);
  }

  #scanEvery(idleTimeoutMs: number): () => void {
    const { clock } = this.#parts;
    return every(clock, Math.min(SCAN_MS, Math.ceil(idleTimeoutMs / 2)), () => {
      const since = clock.now() - idleTimeoutMs;
      for (const connection of this.#connections.keys()) {
        const { activeAt } = connection;
        if (activeAt === undefined || activeAt > since) continue;
        connection.abort(new ConnectionEnd('idle', `nothing moved for ${idleTimeoutMs} ms`));
      }
    });
  }
}
