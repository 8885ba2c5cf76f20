import type { Listener, Transport } from '@rmq/transport';
import { every } from '../core/clock.ts';
import { ConnectionEnd } from '../core/connection-end.ts';
import type { ConnectionParts } from './connection.ts';
import { Connection } from './connection.ts';

/** How often silent connections are looked for. Milliseconds. */
const SCAN_MS = 10_000;

/** One of the two servers: accepts connections and keeps track of them. */
export class Server {
  readonly #listener: Listener;
  readonly #parts: ConnectionParts;
  readonly #connections = new Map<Connection, Promise<void>>();
  readonly #stopScanning: () => void;
  readonly #accepting: Promise<void>;
  #accepted = 0;

  constructor(listener: Listener, parts: ConnectionParts) {
    this.#listener = listener;
    this.#parts = parts;
    this.#stopScanning = every(parts.broker.options.clock, SCAN_MS, () => this.#scan());
    // A listener that fails ends like one that was disposed: connections live on, there are only no new ones.
    this.#accepting = this.#accept().catch(() => undefined);
  }

  /** How many connections are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** Stops listening, then ends all connections. Never rejects. */
  async close(): Promise<void> {
    this.#stopScanning();
    await this.#listener[Symbol.asyncDispose]();
    await this.#accepting;
    const running = [...this.#connections];
    await Promise.all(running.map(([connection]) => connection.end()));
    await Promise.all(running.map(([, over]) => over));
  }

  async #accept(): Promise<void> {
    const { broker, server } = this.#parts;
    for await (const transport of this.#listener.incoming) {
      const { maxConnections } = broker.options;
      if (this.#connections.size < maxConnections) this.#serve(transport);
      else {
        broker.emit({ type: 'connection.refused', level: 'warn', server, client: transport.label });
        transport.abort(new ConnectionEnd('idle', `${maxConnections} connections are open already`));
      }
    }
  }

  #serve(transport: Transport): void {
    this.#accepted += 1;
    const connection = new Connection(transport, this.#parts, this.#accepted);
    const over = connection.run().then(() => {
      this.#connections.delete(connection);
    });
    this.#connections.set(connection, over);
  }

  /** Ends connections on which nothing moved for too long: their peer may be gone without a word. */
  #scan(): void {
    const { clock, clientTimeoutMs } = this.#parts.broker.options;
    const since = clock.now() - clientTimeoutMs;
    for (const connection of this.#connections.keys()) {
      if (connection.activeAt <= since)
        connection.abort(new ConnectionEnd('idle', `nothing moved for ${clientTimeoutMs} ms`));
    }
  }
}
