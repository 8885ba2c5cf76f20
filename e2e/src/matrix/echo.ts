import type { Listener, Transport } from '@rmq/transport';
import type { TcpListenOptions } from '@rmq/transport/adapter';
import { type Wire, wiresOf } from './column.ts';
import type { Platform } from './platform.ts';
import type { Neighbour, Task } from './task.ts';

/**
 * What a neighbour is asked for with the first byte of a connection.
 *
 * - `echo`: sends back what comes, and ends when the other side has;
 * - `watch`: sends a byte, and reads; the next connection can `ask` how that ended, and is sent `end` or `fault`;
 * - `cut`: aborts at once.
 */
export const wishes = { echo: 0x65, watch: 0x77, ask: 0x61, cut: 0x63 } as const;

const at = { host: '127.0.0.1', port: 0 };

/** Listens in every way that it can, and does what the first byte of each connection says, until the process ends. */
export async function serveEcho({ name, adapter }: Platform, { certificates }: Task): Promise<Neighbour['at']> {
  if (adapter === undefined) throw new Error('a page cannot listen');
  const { ca, server } = certificates;
  const options: Readonly<Record<Wire, TcpListenOptions>> = {
    TCP: {},
    TLS: { tls: server },
    'TLS 1.2': { tls: { ...server, maxVersion: 'TLSv1.2' } },
    'mutual TLS': { tls: { ...server, ca, requireClientCertificate: true } },
  };
  const served = wiresOf(name).map(async (wire) => {
    const listener = await adapter.listener(options[wire])(at);
    void serve(listener);
    return [wire, listener.endpoint] as const;
  });
  return Object.fromEntries(await Promise.all(served));
}

async function serve({ incoming }: Listener): Promise<void> {
  /** How the connection ended that was watched last. */
  let watched: Promise<string> = Promise.resolve('nothing');
  const take = async (transport: Transport): Promise<void> => {
    const reader = transport.incoming[Symbol.asyncIterator]();
    const first = await reader.next();
    if (first.done === true) return;
    const [wish] = first.value;
    if (wish === wishes.watch) {
      watched = ending(reader);
      await transport.write([Uint8Array.of(wish)]);
      return;
    }
    if (wish === wishes.cut) transport.abort(new Error('as it was asked for'));
    if (wish === wishes.ask) await transport.write([new TextEncoder().encode(await watched)]);
    if (wish === wishes.echo) {
      await transport.write([first.value.subarray(1)]);
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
        await transport.write([next.value]);
      }
    }
    await transport.end();
  };
  // What breaks is what is tested: the other side tells.
  for await (const transport of incoming) void take(transport).catch(() => undefined);
}

async function ending(reader: AsyncIterator<Uint8Array>): Promise<string> {
  try {
    while ((await reader.next()).done !== true);
    return 'end';
  } catch {
    return 'fault';
  }
}
