import { encodeFrame, frameDecoder, isResponse, response, type RemotingCommand } from '@rmq/protocol/rocketmq';
import { type Listener, memoryNetwork, type Transport } from '@rmq/transport';

/** Where a {@link Peer} is. */
export const address = 'broker:1';
const at = { host: 'broker', port: 1 };
/** A request without fields. */
export const ask = { name: 'getBrokerClusterInfo', fields: {} } as const;

/** A server of frames whose answers the test decides. */
export class Peer {
  readonly network = memoryNetwork();
  readonly frames: RemotingCommand[] = [];
  readonly connections: Transport[] = [];
  /** What to answer; undefined keeps silent. */
  answer: (command: RemotingCommand, on: number) => RemotingCommand | undefined = (command) =>
    response(command, { code: 0 });
  #listener: Listener | undefined;

  async listen(): Promise<void> {
    this.#listener = await this.network.listen(at);
    void this.#accept(this.#listener);
  }

  async stop(): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
    for (const connection of this.connections) connection.abort(new Error('the server stopped'));
  }

  async send(command: RemotingCommand, on = 0): Promise<void> {
    await this.connections[on]?.write([encodeFrame(command)]);
  }

  async #accept({ incoming }: Listener): Promise<void> {
    for await (const transport of incoming) void this.#serve(transport, this.connections.push(transport) - 1);
  }

  async #serve(transport: Transport, index: number): Promise<void> {
    const decoder = frameDecoder();
    try {
      for await (const chunk of transport.incoming) {
        for (const frame of decoder.push(chunk)) {
          this.frames.push(frame);
          const answer = isResponse(frame) ? undefined : this.answer(frame, index);
          if (answer !== undefined) await transport.write([encodeFrame(answer)]);
        }
      }
      await transport.end();
    } catch {
      // The test broke the connection.
    }
  }
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
