import type { Dial, Endpoint, Listen, Listener, Transport } from '../transport.ts';
import { ConformanceError } from './check.ts';

/** Two connected transports. */
export interface Pair {
  readonly near: Transport;
  readonly far: Transport;
}

/** What the cases need of an adapter. What is left out makes cases that need it `skipped`, never passed. */
export interface Harness {
  /** A fresh pair each time. The case disposes both. */
  readonly open: () => Promise<Pair>;
  /** False where `end()` of the near end closes both directions, as {@link Transport.halfClose} says. @defaultValue true */
  readonly halfClose?: boolean | undefined;
  /** False where an abort cannot be told from an end by the peer: a runtime that cannot send RST. @defaultValue true */
  readonly resets?: boolean | undefined;
  /** For cases about dialing and listening. The listener may be another adapter's, if this one cannot listen. */
  readonly network?: Network | undefined;
  /** For cases about certificates. */
  readonly tls?: TlsNetwork | undefined;
}

/** An adapter that can dial, something that can listen, and where. */
export interface Network {
  readonly dial: Dial;
  readonly listen: Listen;
  /** A local endpoint; port 0, so that runs do not meet. */
  readonly at: Endpoint;
  /** For the case about a dial that nobody answers. */
  readonly impatient?: Impatient | undefined;
  /**
   * What the process holds now. Called many times: it should collect garbage first and let the runtime's own callbacks
   * run. Left out where the runtime can tell neither.
   */
  readonly held?: (() => Promise<Held>) | undefined;
}

/** A dialer with a short time limit (50 to 500 ms), and an endpoint that takes no connection and refuses none. */
export interface Impatient {
  readonly dial: Dial;
  readonly silent: Endpoint;
}

/** What a process holds; undefined for what the runtime cannot tell. */
export interface Held {
  /** Open sockets, listening ones included. */
  readonly handles: number | undefined;
  /** Memory in use after a collection: the heap, and buffers outside of it. Bytes. */
  readonly bytes: number | undefined;
}

/** An adapter that speaks TLS, with certificates made for the occasion. */
export interface TlsNetwork {
  /** A dialer that trusts `ca` and nothing else, and asks for `servername` if given, else for the endpoint's host. */
  readonly dialer: (options: TlsOffer) => Dial;
  readonly listener: (identity: TlsDemand) => Listen;
  /** A local endpoint; port 0. */
  readonly at: Endpoint;
  readonly certificates: Certificates;
}

/** A dialer's side of TLS. PEM texts. */
export interface TlsOffer {
  readonly ca: string;
  readonly servername?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** A listener's side of TLS. PEM texts. */
export interface TlsDemand {
  readonly cert: string;
  readonly key: string;
  /** Who signs clients' certificates. */
  readonly ca?: string | undefined;
  readonly requireClientCertificate?: boolean | undefined;
}

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What the cases about TLS show each other. Plain texts, so that a runtime that cannot make them gets them as JSON. */
export interface Certificates {
  /** The authority that signed all but `unknown`. PEM. */
  readonly ca: string;
  /** For the host of {@link TlsNetwork.at}. */
  readonly server: Identity;
  /** For {@link Certificates.name} only. */
  readonly otherName: Identity;
  /** The name that `otherName` is for: no host of this machine. */
  readonly name: string;
  /** For the host, but not any more. */
  readonly expired: Identity;
  /** For the host, signed by somebody else. */
  readonly unknown: Identity;
  /** Of a client. */
  readonly client: Identity;
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
