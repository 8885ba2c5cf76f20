import { parseAddress } from '@rmq/protocol/rocketmq/messages';
import type { CommandName } from '@rmq/protocol/rocketmq';
import type { HostAddress } from '@rmq/protocol/rocketmq/messages';
import { isRmqError } from '@rmq/protocol';
import type { Endpoint } from '@rmq/transport';
import { every } from '../core/clock.ts';
import { ConnectionEnd } from '../core/connection-end.ts';
import { guarded } from '../core/emitter.ts';
import { Broker } from './broker.ts';
import { brokerHandlers } from './broker-handlers.ts';
import type { Fault } from './faults.ts';
import { Faults } from './faults.ts';
import { nameServerHandlers } from './name-server-handlers.ts';
import type { BrokerOptions, ResolvedOptions } from './options.ts';
import { resolveBrokerOptions } from './options.ts';
import { Server } from './server.ts';

/** How often clients whose heartbeats stopped are looked for, as in RocketMQ. Milliseconds. */
const SCAN_MS = 10_000;

/** Counts of the moment. */
export interface BrokerStats {
  readonly connections: number;
  readonly topics: number;
  readonly groups: number;
  /** Messages kept, delayed ones included (and once more when they were delivered). */
  readonly messages: number;
  /** What they take. Bytes. */
  readonly storeBytes: number;
  /** Pulls waiting for a message. */
  readonly heldPulls: number;
}

/** A running broker. Disposing closes it. */
export interface EmbeddedBroker extends AsyncDisposable {
  /** Where the name server listens: what clients are given. */
  readonly nameServer: Endpoint;
  /** Where the broker listens: what clients find out. */
  readonly endpoint: Endpoint;
  /**
   * Misbehaves, in both servers, whenever `fault` says so of a request with this command.
   * @returns behaves again
   */
  readonly fault: (command: CommandName, fault: Fault) => () => void;
  readonly stats: () => BrokerStats;
  /**
   * Stops listening, answers nothing more, sends FIN on every connection and waits (a second at most) for the clients'
   * goodbyes. All messages are gone then. Idempotent; never rejects.
   */
  readonly close: () => Promise<void>;
}

/**
 * Starts a RocketMQ name server and broker in memory. For development and tests: nothing is kept, nothing replicated.
 *
 * @throws UsageError `value-out-of-range` or `name-invalid` for an option; whatever `listen` throws.
 */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const resolved = resolveBrokerOptions(options);
  const nameListener = await resolved.listen(resolved.nameServer);
  try {
    const listener = await resolved.listen(resolved.broker);
    const broker = new Broker(resolved, placeOf(resolved, listener.endpoint), guarded(resolved.onEvent));
    const faults = new Faults();
    const servers = [
      new Server(nameListener, { server: 'name-server', broker, faults, handlers: nameServerHandlers }),
      new Server(listener, { server: 'broker', broker, faults, handlers: brokerHandlers }),
    ];
    return embedded({ broker, faults, servers, nameServer: nameListener.endpoint, endpoint: listener.endpoint });
  } catch (error) {
    await nameListener[Symbol.asyncDispose]();
    throw error;
  }
}

interface Running {
  readonly broker: Broker;
  readonly faults: Faults;
  readonly servers: readonly Server[];
  readonly nameServer: Endpoint;
  readonly endpoint: Endpoint;
}

function embedded({ broker, faults, servers, nameServer, endpoint }: Running): EmbeddedBroker {
  const stopScanning = every(broker.options.clock, SCAN_MS, () => dropSilentClients(broker));
  const stop = async (): Promise<void> => {
    stopScanning();
    broker.close();
    await Promise.all(servers.map((server) => server.close()));
    broker.close(); // a request that was still served may have set a timer
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= stop());
  return {
    nameServer,
    endpoint,
    fault: (command, fault) => faults.add(command, fault),
    stats: () => ({
      connections: servers.reduce((sum, { size }) => sum + size, 0),
      topics: broker.topics.size,
      groups: broker.groups.size,
      messages: broker.store.log.length,
      storeBytes: broker.store.log.bytes,
      heldPulls: broker.held.size,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A client that says nothing any more is taken out of its groups, by its connection. */
function dropSilentClients(broker: Broker): void {
  const { clientTimeoutMs } = broker.options;
  for (const peer of broker.members.silentFor(clientTimeoutMs)) {
    peer.hangUp(new ConnectionEnd('silent-client', `no heartbeat for ${clientTimeoutMs} ms`));
  }
  broker.locks.sweep();
}

function placeOf(
  { advertisedHost }: ResolvedOptions,
  { host, port }: Endpoint,
): { address: string; host: HostAddress } {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const shown = advertisedHost ?? (isEverywhere ? '127.0.0.1' : host);
  const address = `${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
  return { address, host: { host: isAddress(shown) ? shown : '127.0.0.1', port } };
}

/** Message ids hold an address: a name will not do. */
function isAddress(host: string): boolean {
  try {
    parseAddress(host);
    return true;
  } catch (error) {
    if (isRmqError(error, 'name-invalid')) return false;
    throw error;
  }
}
