import { Writer } from '@rmq/protocol/bytes';
import {
  type Frame,
  type Refused,
  type Request,
  requestDecoder,
  type Response,
  responseFrame,
  writeFrame,
} from '@rmq/protocol/mqmq';
import { drain, FakeClock } from '@rmq/testkit';
import { type Dial, type Listener, memoryNetwork, type Transport } from '@rmq/transport';
import { connect, type ConnectOptions, type MqmqEvent } from '../../src/mqmq/index.ts';

/** A request that arrived at a {@link Peer}, and where. */
export interface Arrived {
  readonly request: Request | Refused;
  /** Which connection, in the order they were made. */
  readonly on: number;
}

/** A server of frames whose answers the test decides. */
export class Peer {
  readonly network = memoryNetwork();
  readonly arrived: Arrived[] = [];
  readonly connections: Transport[] = [];
  /** How each connection ended: 'end' or what broke it. */
  readonly ends: unknown[] = [];
  /** Chunks that came, of all connections. */
  chunks = 0;
  /** What to answer; undefined keeps silent. */
  answer: (arrived: Arrived) => Response | undefined = ({ request }) =>
    request.type === 'Quit' ? undefined : { type: 'OK', value: utf8('m') };
  #listener: Listener | undefined;

  async listen(): Promise<void> {
    this.#listener = await this.network.listen({ host: '127.0.0.1', port: 47_774 });
    void this.#accept(this.#listener);
  }

  /** What was asked, as text: `Put q m`. */
  get asked(): string[] {
    return this.arrived.map(({ request }) =>
      Object.values(request)
        .map((value) => text(value))
        .join(' '),
    );
  }

  async stop(): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
    for (const connection of this.connections) connection.abort(new Error('the server stopped'));
  }

  send(response: Response, on = 0): Promise<void> {
    return this.write(bytesOf(responseFrame(response)), on);
  }

  async write(bytes: Uint8Array, on = 0): Promise<void> {
    await this.connections[on]?.write([bytes]);
    await drain();
  }

  async #accept({ incoming }: Listener): Promise<void> {
    for await (const transport of incoming) void this.#serve(transport, this.connections.push(transport) - 1);
  }

  async #serve(transport: Transport, on: number): Promise<void> {
    const decoder = requestDecoder();
    try {
      for await (const chunk of transport.incoming) {
        this.chunks += 1;
        for (const request of decoder.push(chunk)) {
          const arrived = { request, on };
          this.arrived.push(arrived);
          const response = this.answer(arrived);
          if (response !== undefined) await transport.write([bytesOf(responseFrame(response))]);
        }
      }
      this.ends[on] = 'end';
      await transport.end();
    } catch (cause) {
      this.ends[on] = cause;
    }
  }
}

/** A client of a {@link Peer}, on a clock of its own. */
export async function rig(options: Partial<ConnectOptions> = {}) {
  const clock = new FakeClock();
  const peer = new Peer();
  await peer.listen();
  const events: MqmqEvent[] = [];
  const { dial } = peer.network;
  const client = await connect({ dial, clock, random: () => 1, onEvent: (event) => events.push(event), ...options });
  const steps = (): string[] =>
    events.flatMap((event) => (event.type === 'connection.state' ? [`${event.from}>${event.to}`] : []));
  return { client, clock, events, peer, steps };
}

/** A dialer that fails. */
export function failing(reason: Error): Dial {
  return () => Promise.reject(reason);
}

/** A frame as bytes. */
export function bytesOf(frame: Frame): Uint8Array {
  const writer = new Writer();
  writeFrame(writer, frame);
  return writer.take();
}

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(value: string | number | Uint8Array | undefined): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

/** The reason a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (reason) {
    return reason;
  }
  throw new Error('it did not fail');
}
