import type { Endpoint } from '@rmq/transport';
import type { Certificates } from '@rmq/transport/conformance';
import type { PlatformName, Wire } from './column.ts';

/** Another runtime that listens, see `echo.ts`. */
export interface Neighbour {
  /** The name of its column. */
  readonly name: string;
  readonly at: Readonly<Partial<Record<Wire, Endpoint>>>;
}

/** What a program is told: where everything is that it meets. JSON. */
export interface Task {
  readonly platform: PlatformName;
  /** Ids of the suites to run. */
  readonly suites: readonly string[];
  /** The repository's root, over HTTP; ends with a slash. */
  readonly files: string;
  readonly certificates: Certificates;
  /** The WebSocket proxy. It trusts the authority of `certificates`. */
  readonly proxy: { readonly url: string; readonly token: string };
  /** Joins connections, see `rendezvous.ts`. */
  readonly rendezvous: Endpoint;
  /** Neither takes nor refuses connections. */
  readonly silent: Endpoint;
  readonly neighbours: readonly Neighbour[];
  /** `host:port` of name servers: of the real cluster, and of the embedded broker on Node. */
  readonly nameServers: { readonly real: string; readonly node: string };
  /** Ports of 127.0.0.1. */
  readonly rabbitmq: { readonly port: number; readonly tlsPort: number };
  /** `host:port` of the mqmq server on Node. */
  readonly mqmq: string;
}

/** What became of one case. One line of JSON each. */
export interface Verdict {
  readonly suite: string;
  readonly name: string;
  readonly ok: boolean;
  /** Why not. */
  readonly failure?: string | undefined;
  readonly ms: number;
}
