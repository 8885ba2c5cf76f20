import { jsonHeaderReader, remotingFraming } from '@rmq/protocol/rocketmq';
import { FrameDecoder } from '@rmq/protocol/bytes';
import type { Transport } from '@rmq/transport';
import { ConnectionEnd } from '../core/connection-end.ts';
import { Outbox } from '../core/outbox.ts';
import type { Broker } from './broker.ts';
import type { Handlers } from './call.ts';
import { clientAddress, clientHost } from './client-address.ts';
import type { ServerName } from './events.ts';
import type { Faults } from './faults.ts';
import { Session } from './session.ts';

/** No more requests are read while so much waits to go out. Bytes. */
const HIGH_WATER_BYTES = 2 ** 20;
/** How long a peer may take to say goodbye. Milliseconds. */
const GOODBYE_MS = 1_000;

/** What connections of one server share. */
export interface ConnectionParts {
  readonly server: ServerName;
  readonly broker: Broker;
  readonly handlers: Handlers;
  readonly faults: Faults;
}

/** The loop that joins one transport to its {@link Session}. */
export class Connection {
  readonly #transport: Transport;
  readonly #parts: ConnectionParts;
  readonly #outbox: Outbox;
  readonly #session: Session;
  #activeAt: number;

  constructor(transport: Transport, parts: ConnectionParts, number: number) {
    const { broker, handlers, faults } = parts;
    const { maxOutgoingBytes, clock } = broker.options;
    this.#transport = transport;
    this.#parts = parts;
    this.#activeAt = clock.now();
    this.#outbox = new Outbox(transport, {
      highWaterBytes: Math.min(HIGH_WATER_BYTES, maxOutgoingBytes),
      maxBytes: maxOutgoingBytes,
      onOverflow: () => {
        transport.abort(
          new ConnectionEnd('slow-reader', `more than ${maxOutgoingBytes} bytes wait for the client to read`),
        );
      },
    });
    this.#session = new Session({
      broker,
      handlers,
      faults,
      address: clientAddress(transport.label),
      host: clientHost(transport.label, number),
      write: (...bytes) => {
        this.#activeAt = clock.now();
        this.#outbox.push(...bytes);
      },
      encode: (encode) => {
        this.#activeAt = clock.now();
        this.#outbox.encode(encode);
      },
      hangUp: (reason) => transport.abort(reason),
    });
  }

  /** When bytes last came or went. Epoch ms. */
  get activeAt(): number {
    return this.#activeAt;
  }

  /** Serves the connection until it is over. Never rejects. */
  async run(): Promise<void> {
    const { server, broker } = this.#parts;
    const client = this.#session.address;
    broker.emit({ type: 'connection.opened', level: 'debug', server, client });
    const cause = await this.#read();
    broker.peerGone(this.#session); // before anything else that takes time: its queues are free from now on
    await this.end(cause);
    const level = cause === undefined ? 'debug' : 'warn';
    broker.emit({ type: 'connection.closed', level, server, client, cause });
  }

  /** Sends what is queued, then FIN; a client that does not say goodbye in its turn is cut off. Never rejects. */
  async end(reason?: Error): Promise<void> {
    const { clock } = this.#parts.broker.options;
    const transport = this.#transport;
    const cancel = clock.after(GOODBYE_MS, () =>
      transport.abort(reason ?? new ConnectionEnd('idle', 'no goodbye from the client')),
    );
    this.#session.close();
    try {
      await this.#outbox.drained();
      this.#outbox.stop();
      await transport.end();
      // Who broke the protocol is not read any more, so nothing but this can end the connection.
      if (reason !== undefined) transport.abort(reason);
    } catch {
      // The same fault settles `closed`.
    }
    await transport.closed;
    cancel();
  }

  /** Cuts the connection. */
  abort(reason: Error): void {
    this.#transport.abort(reason);
  }

  /** @returns the fault that ended it, undefined after the client's FIN */
  async #read(): Promise<Error | undefined> {
    const { clock, maxFrameBytes } = this.#parts.broker.options;
    const decoder = new FrameDecoder(remotingFraming({ readJson: jsonHeaderReader() }), { maxFrameBytes });
    try {
      for await (const chunk of this.#transport.incoming) {
        this.#activeAt = clock.now();
        for (const command of decoder.push(chunk)) this.#session.receive(command);
        await this.#outbox.settled();
      }
      decoder.end();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new ConnectionEnd('idle', 'the connection failed', { cause: error });
    }
  }
}
