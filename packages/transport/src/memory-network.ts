import { TransportError } from './errors.ts';
import { Inlet } from './adapter/inlet.ts';
import { labelledPair } from './memory.ts';
import type { MemoryOptions } from './memory.ts';
import type { Dial, Endpoint, Listen, Listener, Transport } from './transport.ts';

/** A private world of hosts and ports. */
export interface MemoryNetwork {
  readonly dial: Dial;
  readonly listen: Listen;
}

type Accept = (transport: Transport) => void;
const firstFreePort = 49_152; // the start of the dynamic range (RFC 6335): a made-up port looks made up
const lastPort = 65_535;

/**
 * A network in memory: what `dial` and `listen` of a real adapter do, between any number of listeners, without a socket.
 * Hosts are compared as written, except that a listener on `0.0.0.0` or `::` answers to every host. Two networks never
 * meet, so tests need not agree on ports. There is nothing to encrypt: an endpoint's `tls` makes no difference.
 */
export function memoryNetwork(options: MemoryOptions = {}): MemoryNetwork {
  const listeners = new Map<string, Accept>();
  let dialed = 0;
  const dial: Dial = async (to, { signal } = {}) => {
    signal?.throwIfAborted();
    await Promise.resolve(); // as on a real network, the caller gets a chance to give up
    signal?.throwIfAborted();
    const accept = find(listeners, to);
    if (accept === undefined) {
      throw new TransportError(
        'connect-refused',
        `nothing listens on ${key(to)} of this memory network: listen there first`,
      );
    }
    dialed += 1;
    const pair = labelledPair(`memory://${key(to)}`, `memory://dialer-${dialed.toString()}`, options);
    accept(pair.far);
    return pair.near;
  };
  const listen: Listen = (at) => Promise.resolve().then(() => open(listeners, at));
  return { dial, listen };
}

function open(listeners: Map<string, Accept>, at: Endpoint): Listener {
  if (!Number.isInteger(at.port) || at.port < 0 || at.port > lastPort) {
    throw new TransportError(
      'endpoint-invalid',
      `port ${at.port.toString()} is no port: use 0 to ${lastPort.toString()}`,
    );
  }
  const endpoint = at.port === 0 ? { ...at, port: freePort(listeners) } : at;
  const name = key(endpoint);
  if (listeners.has(name)) throw new TransportError('address-in-use', `${name} is taken: use port 0 for any free one`);
  const incoming = new Inlet<Transport>({ highWaterMark: Infinity, onLeave: () => close() });
  const close = (): void => {
    if (listeners.get(name) === accept) listeners.delete(name);
    const reason = new TransportError('reset', `the listener on ${name} was disposed before it took this connection`);
    for (const transport of incoming.close()) transport.abort(reason);
  };
  const accept: Accept = (transport) => {
    incoming.push(transport);
  };
  listeners.set(name, accept);
  return {
    endpoint,
    incoming,
    [Symbol.asyncDispose]: () => {
      close();
      return Promise.resolve();
    },
  };
}

function freePort(listeners: ReadonlyMap<string, Accept>): number {
  const taken = new Set([...listeners.keys()].map((name) => Number(name.slice(name.lastIndexOf(':') + 1))));
  for (let port = firstFreePort; port <= lastPort; port += 1) if (!taken.has(port)) return port;
  throw new TransportError(
    'listen-failed',
    'no free port is left on this memory network: dispose listeners no longer used',
  );
}

function find(listeners: ReadonlyMap<string, Accept>, to: Endpoint): Accept | undefined {
  const port = to.port.toString();
  return listeners.get(key(to)) ?? listeners.get(`0.0.0.0:${port}`) ?? listeners.get(`[::]:${port}`);
}

function key({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port.toString()}`;
}
