import type { Info } from '@rmq/protocol/mqmq/info';
import { encodeInfo } from '@rmq/protocol/mqmq/info';
import type { Endpoint } from '@rmq/transport';
import { guarded } from '../core/emitter.ts';
import type { ServerOptions } from './options.ts';
import { resolveServerOptions } from './options.ts';
import { textOf } from './queue-name.ts';
import { Queues } from './queues.ts';
import { Server } from './server.ts';

/** A server that runs. Disposing closes it. */
export interface MqmqServer extends AsyncDisposable {
  /** Where it listens, with the port really bound. */
  readonly endpoint: Endpoint;
  /** What a client's Info would be told; there, the asking connection is counted too. */
  readonly info: () => Info;
  /**
   * Stops listening, takes no more requests, sends the replies that are due, then FIN on every connection, and waits (a
   * second at most) for the clients' goodbyes. Gets that wait see the end of the connection. All messages are gone then.
   * Idempotent; never rejects.
   */
  readonly close: () => Promise<void>;
}

/**
 * Starts an mqmq server: named queues in memory, for clients of the Go original and `@rmq/client/mqmq`.
 *
 * @throws UsageError `value-out-of-range` for an option; whatever `listen` throws.
 */
export async function startServer(options: ServerOptions): Promise<MqmqServer> {
  const resolved = resolveServerOptions(options);
  const listener = await resolved.listen(resolved.address);
  const queues = new Queues(resolved);
  const server: Server = new Server(listener, {
    options: resolved,
    queues,
    clock: resolved.clock,
    emit: guarded(resolved.onEvent),
    info: () => infoJson(queues, server.size),
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= server.close().then(() => queues.clear()));
  return {
    endpoint: listener.endpoint,
    info: () => infoOf(queues, server.size),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function infoJson(queues: Queues, connections: number): Uint8Array {
  return encodeInfo(counts(queues, connections), lengths(queues));
}

function infoOf(queues: Queues, connections: number): Info {
  const named = lengths(queues).map(([name, NumMessages]) => [name, { NumMessages }] as const);
  return { ...counts(queues, connections), Queues: Object.fromEntries(named) };
}

function counts(queues: Queues, connections: number): Omit<Info, 'Queues'> {
  return { NumConnections: connections, NumQueues: queues.size, NumMessages: queues.messages };
}

function lengths(queues: Queues): readonly (readonly [name: string, messages: number])[] {
  return queues.sorted().map((queue) => [textOf(queue.name), queue.length] as const);
}
