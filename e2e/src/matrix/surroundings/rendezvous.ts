import type { Endpoint, Transport } from '@rmq/transport';
import { listen } from '@rmq/transport-node';
import { keyBytes } from '../rendezvous-pair.ts';

/** A place where two that can only dial meet. */
export interface Rendezvous extends AsyncDisposable {
  readonly endpoint: Endpoint;
}

/** A connection whose key has been read. */
interface Guest {
  readonly transport: Transport;
  readonly incoming: AsyncIterator<Uint8Array>;
  /** What came behind the key. */
  readonly rest: Uint8Array;
}

/** Listens, and joins connections that begin with the same key: what one sends, the other gets, its end and abort too. */
export async function startRendezvous(): Promise<Rendezvous> {
  const listener = await listen({ host: '127.0.0.1', port: 0 });
  const waiting = new Map<string, Guest>();
  const seat = async (transport: Transport): Promise<void> => {
    const { key, guest } = await admit(transport);
    const other = waiting.get(key);
    if (other === undefined) {
      waiting.set(key, guest);
      return;
    }
    waiting.delete(key);
    await Promise.all([carry(guest, other.transport), carry(other, guest.transport)]);
  };
  void (async () => {
    for await (const transport of listener.incoming) {
      seat(transport).catch((reason: unknown) => transport.abort(new Error('no key', { cause: reason })));
    }
  })();
  return { endpoint: listener.endpoint, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };
}

async function admit(transport: Transport): Promise<{ readonly key: string; readonly guest: Guest }> {
  const incoming = transport.incoming[Symbol.asyncIterator]();
  let seen = Buffer.alloc(0);
  while (seen.length < keyBytes) {
    const { value, done } = await incoming.next();
    if (done === true) throw new Error('it ended before its key');
    seen = Buffer.concat([seen, value]);
  }
  const key = seen.subarray(0, keyBytes).toString('hex');
  return { key, guest: { transport, incoming, rest: Uint8Array.from(seen.subarray(keyBytes)) } };
}

async function carry({ incoming, rest }: Guest, to: Transport): Promise<void> {
  try {
    if (rest.byteLength > 0) await to.write([rest]);
    for (let next = await incoming.next(); next.done !== true; next = await incoming.next()) {
      await to.write([next.value]);
    }
    await to.end();
  } catch (reason) {
    to.abort(reason instanceof Error ? reason : new Error('cut', { cause: reason }));
  }
}
