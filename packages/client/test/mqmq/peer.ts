import { encodeFrame, type Frame, frameDecoder, readRequest, type Response, responseFrame } from '@rmq/protocol/mqmq';
import { drain, FakeClock } from '@rmq/testkit';
import { type Dial, type Listener, memoryNetwork, type Transport } from '@rmq/transport';
import { connect, type ConnectOptions, type MqmqEvent } from '../../src/mqmq/index.ts';

/** A request that arrived at a {@link Peer}, and where. */
export interface Arrived {
  readonly request: ReturnType<typeof readRequest>;
  readonly frame: Frame;
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
    typeof request === 'object' && request.type === 'Quit' ? undefined : { type: 'OK', value: utf8('m') };
  #listener: Listener | undefined;

  async listen(): Promise<void> {
    this.#listener = await this.network.listen({ host: '127.0.0.1', port: 47_774 });
    void this.#accept(this.#listener);
  }

  /** What was asked, as text: `Put q m`. */
  get asked(): string[] {
    return this.arrived.map(({ frame }) => frame.map((value) => new TextDecoder().decode(value)).join(' '));
  }

  async stop(): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
    for (const connection of this.connections) connection.abort(new Error('the server stopped'));
  }

  send(response: Response, on = 0): Promise<void> {
    return this.write(encodeFrame(responseFrame(response)), on);
  }

  async write(bytes: Uint8Array, on = 0): Promise<void> {
    await this.connections[on]?.write([bytes]);
    await drain();
  }

  async #accept({ incoming }: Listener): Promise<void> {
    for await (const transport of incoming) void this.#serve(transport, this.connections.push(transport) - 1);
  }

  async #serve(transport: Transport, on: number): Promise<void> {
    const decoder = frameDecoder();
    try {
      for await (const chunk of transport.incoming) {
        this.chunks += 1;
        for (const frame of decoder.push(chunk)) {
          const arrived = { request: readRequest(frame), frame, on };
          this.arrived.push(arrived);
          const response = this.answer(arrived);
          if (response !== undefined) await transport.write([encodeFrame(responseFrame(response))]);
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

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
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
