import { drain, FakeClock } from '@rmq/testkit';
import type { Frame } from '@rmq/protocol/mqmq';
import { decodeInfo, encodeFrame, frameDecoder, type Info, type Request, requestFrame } from '@rmq/protocol/mqmq';
import { memoryNetwork } from '@rmq/transport';
import type { MemoryNetwork, MemoryOptions, Transport } from '@rmq/transport';
import type { MqmqServer, MqmqServerEvent, ServerOptions } from '../../src/mqmq/index.ts';
import { startServer } from '../../src/mqmq/index.ts';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Requests as bytes. */
export const put = (queue: string, message: string | Uint8Array): Uint8Array =>
  bytesOf({ type: 'Put', queue: utf8(queue), message: typeof message === 'string' ? utf8(message) : message });
export const get = (queue: string, timeoutMs?: number): Uint8Array =>
  bytesOf({ type: 'Get', queue: utf8(queue), timeoutMs });
export const info = bytesOf({ type: 'Info' });
export const quit = bytesOf({ type: 'Quit' });

function bytesOf(request: Request): Uint8Array {
  return encodeFrame(requestFrame(request));
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

  /** The same, as frames. */
  frames(): Frame[] {
    return [...frameDecoder().push(Uint8Array.from(this.bytes()))];
  }

  /** The same, each frame as words, e.g. `OK hello`. */
  words(): string[] {
    return this.frames().map((frame) => frame.map((value) => text(value)).join(' '));
  }

  async ask(...requests: readonly Uint8Array[]): Promise<string[]> {
    await this.send(...requests);
    return this.words();
  }

  async info(): Promise<Info> {
    await this.send(info);
    return decodeInfo(this.frames()[0]?.[1] ?? new Uint8Array());
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
