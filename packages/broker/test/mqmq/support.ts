import { drain, FakeClock } from '@rmq/testkit';
import { Writer } from '@rmq/protocol/bytes';
import type { Frame, Request, Response } from '@rmq/protocol/mqmq';
import { requestFrame, responseDecoder, writeFrame } from '@rmq/protocol/mqmq';
import type { Info } from '@rmq/protocol/mqmq/info';
import { decodeInfo } from '@rmq/protocol/mqmq/info';
import { memoryNetwork } from '@rmq/transport';
import type { MemoryNetwork, MemoryOptions, Transport } from '@rmq/transport';
import type { MqmqServer, MqmqServerEvent, ServerOptions } from '../../src/mqmq/index.ts';
import { startServer } from '../../src/mqmq/index.ts';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Requests as bytes. */
export const put = (queue: string, message: string | Uint8Array): Uint8Array =>
  frameOf({ type: 'Put', queue: utf8(queue), message: typeof message === 'string' ? utf8(message) : message });
export const get = (queue: string, timeoutMs?: number): Uint8Array =>
  frameOf({ type: 'Get', queue: utf8(queue), timeoutMs });
export const info = frameOf({ type: 'Info' });
export const quit = frameOf({ type: 'Quit' });

function frameOf(request: Request): Uint8Array {
  return bytesOf(requestFrame(request));
}

/** A frame as bytes. */
export function bytesOf(frame: Frame): Uint8Array {
  const writer = new Writer();
  writeFrame(writer, frame);
  return writer.take();
}

/** A client that knows nothing but bytes, and reads all that comes. */
export class RawClient {
  readonly transport: Transport;
  /** Bytes that have arrived and were not asked for yet. */
  #bytes: Uint8Array[] = [];
  /** How it ended: undefined, or the fault. */
  readonly over: Promise<Error | undefined>;
  isOver = false;

  constructor(transport: Transport) {
    this.transport = transport;
    this.over = this.#read().finally(() => (this.isOver = true));
  }

  /** Sends, and lets the server act. */
  async send(...requests: readonly Uint8Array[]): Promise<void> {
    void this.transport.write(requests).catch(() => undefined); // a fault shows in `over`
    await drain();
  }

  /** All that has arrived since the last time. */
  bytes(): Uint8Array {
    const bytes = Buffer.concat(this.#bytes);
    this.#bytes = [];
    return bytes;
  }

  /** The same, as responses. */
  responses(): Response[] {
    return [...responseDecoder().push(Uint8Array.from(this.bytes()))];
  }

  /** The same, each as words, e.g. `OK hello`. */
  words(): string[] {
    return this.responses().map((response) => {
      const values = Object.values(response).filter((value) => value !== undefined);
      return values.map((value) => (typeof value === 'string' ? value : text(value))).join(' ');
    });
  }

  async ask(...requests: readonly Uint8Array[]): Promise<string[]> {
    await this.send(...requests);
    return this.words();
  }

  async info(): Promise<Info> {
    await this.send(info);
    const [response] = this.responses();
    return decodeInfo((response?.type === 'OK' ? response.value : undefined) ?? new Uint8Array());
  }

  /** FIN. */
  async end(): Promise<void> {
    void this.transport.end().catch(() => undefined);
    await drain();
  }

  /** RST. */
  async reset(): Promise<void> {
    this.transport.abort(new Error('reset by the test'));
    await drain();
  }

  async #read(): Promise<Error | undefined> {
    try {
      for await (const chunk of this.transport.incoming) this.#bytes.push(chunk);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}

/** A server on a network of its own, with a clock that the test moves. */
export interface Setup extends AsyncDisposable {
  readonly server: MqmqServer;
  readonly clock: FakeClock;
  readonly network: MemoryNetwork;
  readonly events: MqmqServerEvent[];
  readonly client: () => Promise<RawClient>;
  /** A connection whose replies nobody reads. */
  readonly deaf: () => Promise<Transport>;
}

export async function setUp(options: Partial<ServerOptions> = {}, memory: MemoryOptions = {}): Promise<Setup> {
  const clock = new FakeClock();
  const network = memoryNetwork(memory);
  const events: MqmqServerEvent[] = [];
  const transports: Transport[] = [];
  const server = await startServer({
    listen: network.listen,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const deaf = async (): Promise<Transport> => {
    const transport = await network.dial(server.endpoint);
    transports.push(transport);
    return transport;
  };
  return {
    server,
    clock,
    network,
    events,
    deaf,
    client: async () => new RawClient(await deaf()),
    async [Symbol.asyncDispose]() {
      for (const transport of transports) void transport.end().catch(() => undefined);
      const closing = server.close();
      await clock.advance(1_000); // for those who never read, and so never see our goodbye
      await closing;
      for (const transport of transports) await transport[Symbol.asyncDispose]();
      expect(clock.pending).toBe(0);
      expect(server.info()).toEqual({ NumConnections: 0, NumQueues: 0, NumMessages: 0, Queues: {} });
    },
  };
}
