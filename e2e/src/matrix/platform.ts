import type { Dial, Listen } from '@rmq/transport';
import type { TcpDialOptions, TcpListenOptions } from '@rmq/transport/adapter';
import type { Held } from '@rmq/transport/conformance';
import { websocketDialer } from '@rmq/transport-websocket-proxy';
import type { PlatformName } from './column.ts';
import { heldBy } from './held.ts';

/** An adapter, whoever made it. */
export interface Adapter {
  readonly dialer: (options?: TcpDialOptions) => Dial;
  readonly listener: (options?: TcpListenOptions) => Listen;
}

/** What differs from one runtime to the next. */
export interface Platform {
  readonly name: PlatformName;
  /** TCP and TLS of the runtime's own. None in a page. */
  readonly adapter: Adapter | undefined;
  /** A dialer through the proxy. */
  readonly proxied: (options: ProxiedOptions) => Dial;
  /** What the process holds. */
  readonly held: (() => Promise<Held>) | undefined;
}

type ProxiedOptions = Parameters<typeof websocketDialer>[0];

/** What a package for a runtime exports, under names that begin with the runtime's. */
type AdapterModule = Readonly<Record<string, unknown>>;

/** Loads the adapter of a platform. Nothing else in this folder knows where it runs. */
export async function loadPlatform(name: PlatformName): Promise<Platform> {
  if (name === 'page') return { name, adapter: undefined, proxied: websocketDialer, held: undefined };
  // By a name that the compiler cannot follow: the types of Node, Bun and Deno contradict each other.
  const packageName = `@rmq/transport-${name}`;
  const module = (await import(packageName)) as AdapterModule;
  const adapter: Adapter = {
    dialer: module[`${name}Dialer`] as Adapter['dialer'],
    listener: module[`${name}Listener`] as Adapter['listener'],
  };
  const own = await ownWebSocket();
  return { name, adapter, proxied: (options) => websocketDialer({ ...own, ...options }), held: () => heldBy(name) };
}

/** Node 20 has no WebSocket of its own: there it is that of `ws`. */
async function ownWebSocket(): Promise<Partial<ProxiedOptions>> {
  if ('WebSocket' in globalThis) return {};
  const { WebSocket } = await import('ws');
  return { WebSocket };
}
