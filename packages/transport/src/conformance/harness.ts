import type { Dial, Endpoint, Listen, Listener, Transport } from '../transport.ts';
import { ConformanceError } from './check.ts';

/** Two connected transports. */
export interface Pair {
  readonly near: Transport;
  readonly far: Transport;
}

/** What the cases need of an adapter. */
export interface Harness {
  /** A fresh pair each time. The case disposes both. */
  readonly open: () => Promise<Pair>;
  /** Both are there, or neither: cases about dialing and listening are skipped without them. */
  readonly network?: Network | undefined;
}

/** An adapter that can dial and listen, and where it may. */
export interface Network {
  readonly dial: Dial;
  readonly listen: Listen;
  /** A local endpoint; port 0, so that runs do not meet. */
  readonly at: Endpoint;
}

/** The harness of an adapter that can dial and listen: each pair has a listener of its own, gone once it is connected. */
export function loopback(dial: Dial, listen: Listen, at: Endpoint = { host: '127.0.0.1', port: 0 }): Harness {
  return {
    network: { dial, listen, at },
    async open() {
      const listener = await listen(at);
      try {
        return await connected(dial, listener);
      } finally {
        await listener[Symbol.asyncDispose]();
      }
    },
  };
}

/** Dials a listener, and takes the connection at both ends. */
export async function connected(dial: Dial, listener: Listener): Promise<Pair> {
  const accepted = listener.incoming[Symbol.asyncIterator]().next();
  const near = await dial(listener.endpoint);
  return { near, far: taken(await accepted) };
}

/** The connection a listener gave. */
export function taken(result: IteratorResult<Transport, unknown>): Transport {
  if (result.done !== true) return result.value;
  throw new ConformanceError('expected: the listener accepts a connection, but it ended');
}

/** One promise of the contract. */
export interface Case {
  /** A sentence; the test's name. */
  readonly name: string;
  /** Fulfils if the adapter keeps the promise, else rejects. Bring a time limit: a broken adapter may hang. */
  readonly run: (harness: Harness) => Promise<void>;
}

/** A case about two connected transports, which are released whatever happens. */
export function pairCase(name: string, body: (pair: Pair) => Promise<void>): Case {
  return {
    name,
    async run({ open }) {
      const { near, far } = await open();
      try {
        await body({ near, far });
      } finally {
        await near[Symbol.asyncDispose]();
        await far[Symbol.asyncDispose]();
      }
      // Whatever happened before, a disposed transport is over.
      await Promise.all([near.closed, far.closed]);
    },
  };
}

/** A pair case that means nothing where `end()` closes both directions. */
export function halfCloseCase(name: string, body: (pair: Pair) => Promise<void>): Case {
  return pairCase(name, async (pair) => {
    if (pair.near.halfClose) await body(pair);
  });
}

/** A case about dialing and listening. */
export function networkCase(name: string, body: (network: Network) => Promise<void>): Case {
  return {
    name,
    async run({ network }) {
      if (network !== undefined) await body(network);
    },
  };
}
